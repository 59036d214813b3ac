import t from 'tap'
import { assemble } from '../../server/matrix/assemble.ts'
import { writePart } from '../../server/matrix/part-word.ts'
import type { PartFacts } from '../../server/matrix/part-words.ts'
import { partNames, parts, type PartName } from '../../server/matrix/parts.ts'
import type { Reading } from '../../server/matrix/reading.ts'
import { unzip, wordTables, xmlText } from '../support/zip.ts'
import { noted, randomInput } from './random.ts'

const subservices: Reading['subservices'] = [{ name: 'Northwind Hosting', service: 'data centers', method: 'carve_out', criteria: ['CC6.4'] }, { name: 'Tailor Cloud', service: 'batch runs', method: 'inclusive', criteria: ['CC7.1'] }]

function known(type: 1 | 2, change: Partial<PartFacts> = {}, responses: 'beside' | 'section_v' = 'beside'): PartFacts {
  return {
    reading: assemble({
      ...randomInput(3, type), layout: { arrangement: 'criterion', responses }, subservices, csocs: [{ organization: 'Northwind Hosting', text: 'Doors are locked.', criteria: ['CC6.4'] }], cuecs: [{ organization: '', text: 'Users are removed.', criteria: ['CC6.2'] }],
      notApplicable: [{ criterion: 'CC6.4', reason: 'No site of its own' }],
    }),
    facts: [{ kind: 'commitment', text: '99.9% availability each month', on: null }, { kind: 'change', text: 'The hosting moved.', on: '2026-02-03' }, { kind: 'restriction', text: 'For the named bank alone.', on: null }],
    none: ['incident'], reportDate: null, opinion: null, ...change,
  }
}

async function textOf(name: PartName, facts: PartFacts): Promise<string> {
  return xmlText(unzip(await writePart(name, facts)).get('word/document.xml')!.replaceAll('</w:p>', '\n'))
}

t.test('each section says whose it is, and none calls the engagement by words that a report does not use', async (t) => {
  for (const type of [1, 2] as const) {
    for (const name of partNames) {
      const text = await textOf(name, known(type))
      t.match(text, parts[name].author === 'firm' ? 'To be written by the firm, Harlow & Pine CPAs LLP' : 'To be written by PaySmart Global, Inc.', `${name} of type ${type}`)
      t.match(text, type === 1 ? 'as of September 30, 2026' : 'October 1, 2025 to September 30, 2026')
      t.notMatch(text, /certified|passed|compliant/i)
      t.match(text, /\[[^\]]+\]/, 'what is still to be written stands in brackets')
      if (type === 1) t.notMatch(text, /operat(ing|ed) effective/i, `${name} of a Type 1 says nothing of operation`)
    }
  }
})

t.test('the opinion is the partner’s to write, whatever was recorded and found', async (t) => {
  t.match(await textOf('section-1', known(2)), '[The partner writes the opinion here, on the description')
  for (const kind of ['unqualified', 'qualified', 'adverse', 'disclaimer'] as const) {
    const text = await textOf('section-1', known(2, { opinion: { kind, version: 2 } }))
    t.match(text, `[The partner recorded the kind of opinion as ${kind} (version 2). The partner writes the opinion here`)
    t.equal(text.includes('The partner writes the basis'), kind !== 'unqualified')
    t.notMatch(text, /In our opinion/i)
  }
})

t.test('organizations read as they are included or carved out, and criteria that do not apply are told', async (t) => {
  const one = await textOf('section-1', known(2, { reportDate: '2026-11-30' }))
  t.match(one, 'The description leaves out the controls of Northwind Hosting')
  t.match(one, 'The description includes the controls of Tailor Cloud, and our examination extended to them.')
  t.match(one, 'for the reasons given in Section III: CC6.4.')
  t.match(one, 'For the named bank alone.')
  t.match(one, 'November 30, 2026')
  const three = await textOf('section-3', known(2))
  for (const said of ['99.9% availability each month', 'February 3, 2026: The hosting moved.', 'No such incident in the period.', 'Doors are locked.', 'Users are removed.', 'No site of its own', '[Infrastructure: ']) t.match(three, said)
})

t.test('responses stand in Section V where the engagement places them there', async (t) => {
  const input = randomInput(1)
  const line = input.controls.flatMap(({ testLines }) => testLines).find(({ exceptions }) => exceptions.length > 0)!
  line.exceptions = [noted('E-07', { response: { declined: false, text: 'We now remove access daily.', remediation: 'Daily job', remediationOn: '2026-12-01', writtenBy: 'Joel', writtenAt: '2026-11-01T00:00:00Z' } })]
  const placed = (responses: 'beside' | 'section_v') => ({ ...known(2), reading: assemble({ ...input, layout: { arrangement: 'criterion', responses } }) })
  const tables = wordTables(unzip(await writePart('section-5', placed('section_v'))).get('word/document.xml')!)
  t.ok(tables.flat().some((row) => row[0]!.join() === 'E-07' && row.at(-1)!.join().startsWith('We now remove access daily.')))
  t.notMatch(await textOf('section-5', placed('beside')), 'We now remove')
})
