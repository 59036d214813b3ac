import type { ReadControl, ReadException, ReadLine, Reading } from './reading.ts'

/**
 * A kept reading. Those that were frozen before a field was printed do not hold it; they read as it stood then: without
 * notes, designs, edited sentences, spans and controls of others.
 */
export function openReading(text: string): Reading {
  const reading = JSON.parse(text) as Reading
  if ('layout' in reading) return reading
  const old = reading as Omit<Reading, 'layout' | 'subservices' | 'csocs' | 'cuecs'>
  return {
    ...old, layout: { arrangement: 'criterion', responses: 'beside' }, subservices: [], csocs: [], cuecs: [],
    criteria: old.criteria.map((one) => ({ ...one, exceptions: [] })),
    controls: old.controls.map((control): ReadControl => ({ ...control, design: null, testLines: control.testLines.map(openLine) })),
  }
}

function openLine(line: ReadLine): ReadLine {
  return {
    ...line, kind: 'sample', span: null, retestOf: null, interim: null, significant: false, partner: null, notes: [], edited: { test: null, result: null }, latenesses: [],
    stale: line.cells.filter(({ stale, result }) => stale && result !== 'pending').length,
    attributes: line.attributes.map((one) => ({ ...one, clause: '' })),
    population: line.population && { ...line.population, source: '', query: '', declared: null, rows: null, sha256: null },
    draw: line.draw && { ...line.draw, fileSha256: '', strata: [], steps: [] },
    cells: line.cells.map((cell) => ({ ...cell, citations: (cell.citations as unknown as string[]).map((text) => ({ text, sha256: '', file: '' })) })),
    exceptions: line.exceptions.map((one): ReadException => ({ ...one, response: one.response && { ...one.response, remediation: '' } })),
  }
}
