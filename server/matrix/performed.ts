import type { LineFacts, Procedure, ReadEngagement, Sentence } from './reading.ts'
import { tie, write, writeDay } from './sentence.ts'

const verbs = { inquiry: 'Inquired of', observation: 'Observed', inspection: 'Inspected', reperformance: 'Reperformed' }

/**
 * Tests performed: each procedure begins with its verb. Where the text says `{sample}`, the counted selection stands
 * ('10 of 31 leavers'); where none does, it follows the first procedure that is more than an inquiry. What was done
 * after an interim date comes last.
 */
export function testsPerformed(line: LineFacts, engagement: Pick<ReadEngagement, 'to'>): Sentence[] {
  const selection = describeSelection(line)
  const placed = line.procedures.some(({ text }) => text.includes('{sample}'))
  const carrier = placed ? undefined : line.procedures.find(({ nature }) => nature !== 'inquiry')
  const procedures = line.procedures.map((procedure) => {
    const text = withVerb(procedure)
    const at = text.indexOf('{sample}')
    if (at >= 0) {
      const before = text.slice(0, at)
      const after = text.slice(at + '{sample}'.length).replaceAll('{sample}', `the same ${line.itemNoun}`)
      return selection ? write`${before}${selection}${after}.` : write`${before}${line.itemNoun}${after}.`
    }
    if (procedure === carrier && selection) return write`${text} for ${selection}.`
    return write`${text}.`
  })
  return [...procedures, ...rolledForward(line, engagement)]
}

function describeSelection({ kind, counts, draw, population, itemNoun, wholePopulation }: LineFacts): Sentence | null {
  if (kind !== 'sample' || counts.items === 0 || (!draw && !population)) return null
  if (wholePopulation) return write`all ${tie(counts.items, 'items')} ${itemNoun}`
  const size = tie(draw?.populationSize ?? population?.size ?? counts.items, 'items in the population', null)
  if (!counts.parts) return write`${tie(counts.items, 'items selected')} of ${size} ${itemNoun}`
  const { first, further } = counts.parts
  return write`${tie(first.items, 'items first selected', { part: 'first' })} of ${size} ${itemNoun} and a further ${tie(further.items, 'items selected in addition', { part: 'further' })}`
}

function withVerb({ nature, text }: Procedure): string {
  const clause = text.trim().replace(/\.$/, '')
  if (clause.toLowerCase().startsWith(verbs[nature].toLowerCase())) return clause[0]!.toUpperCase() + clause.slice(1)
  return `${verbs[nature]} ${clause}`
}

function rolledForward({ interim, span }: LineFacts, { to }: Pick<ReadEngagement, 'to'>): Sentence[] {
  const end = span?.to ?? to
  if (!interim || interim.covered === '' || end === null) return []
  return [write`The test reached to ${writeDay(interim.on)}; for the time from then to ${writeDay(end)}: ${interim.covered.trim().replace(/\.+$/, '')}.`]
}
