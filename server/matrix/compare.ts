import { isDeepStrictEqual } from 'node:util'
import { labelOf } from '../web/states.ts'
import { describeCoverage, describeResponse, testedItems } from './columns.ts'
import { gateOf } from './gate.ts'
import { listExceptions, writeConclusion, writePeriod } from './layout.ts'
import type { ReadControl, ReadLine, Reading } from './reading.ts'
import { join } from './sentence.ts'

/** What one thing said before and says after; null where it was not there. */
export type Change = { readonly what: string, readonly before: string | null, readonly after: string | null }
/** Changes of one thing: a control, a test, an exception, a criterion, a condition of the gate or the engagement. */
export type ChangedThing = { readonly kind: 'engagement' | 'criterion' | 'control' | 'test' | 'exception' | 'others' | 'gate', readonly id: string, readonly state: 'added' | 'removed' | 'changed', readonly changes: readonly Change[] }

type Said = Readonly<Record<string, string>>

/** Everything that reads differently in the second reading, in the order of the matrix. */
export function compare(before: Reading, after: Reading): ChangedThing[] {
  return [
    ...between('engagement', [['Engagement', sayEngagement(before)]], [['Engagement', sayEngagement(after)]]),
    ...between('criterion', criteriaOf(before), criteriaOf(after)),
    ...between('control', controlsOf(before), controlsOf(after)),
    ...between('test', linesOf(before), linesOf(after)),
    ...between('exception', exceptionsOf(before), exceptionsOf(after)),
    ...between('others', othersOf(before), othersOf(after)),
    ...between('gate', gateSaid(before), gateSaid(after)),
  ]
}

function between(kind: ChangedThing['kind'], before: readonly (readonly [string, Said])[], after: readonly (readonly [string, Said])[]): ChangedThing[] {
  const [old, fresh] = [new Map(before), new Map(after)]
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id): ChangedThing[] => {
    const [was, is] = [old.get(id), fresh.get(id)]
    if (isDeepStrictEqual(was, is)) return []
    const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])]
    const changes = fields.map((what) => ({ what, before: was?.[what] || null, after: is?.[what] || null })).filter((one) => one.before !== one.after)
    return [{ kind, id, state: was ? is ? 'changed' : 'removed' : 'added', changes }]
  })
}

function sayEngagement({ engagement, layout }: Reading): Said {
  return {
    System: engagement.system, Period: writePeriod(engagement), 'Time zone': engagement.zone, Categories: engagement.categories.join(', '),
    'Laid out': `by ${layout.arrangement}`, Responses: layout.responses === 'beside' ? 'beside their exceptions' : 'in Section V',
  }
}

function criteriaOf({ criteria }: Reading): [string, Said][] {
  return criteria.map((criterion) => [criterion.id, { Controls: describeCoverage(criterion) }])
}

function controlsOf({ controls }: Reading): [string, Said][] {
  return controls.map((control: ReadControl) => [control.number, {
    Wording: control.wording, 'Version confirmed': control.wordingConfirmed ? `${control.wordingVersion}` : 'no', Owner: control.ownerTitle,
    Design: control.design ? `${control.design.conclusion.replaceAll('_', ' ')}${control.design.reviewed ? ', reviewed' : ''}` : '',
  }])
}

function linesOf({ controls }: Reading): [string, Said][] {
  return controls.flatMap(({ testLines }) => testLines).map((line: ReadLine) => [line.reference, {
    Title: line.title, 'Tests performed': join(line.performed).text, Results: join(line.results).text, ...figuresOf(line), Conclusion: writeConclusion(line), Prepared: line.prepared?.name ?? '', Reviewed: line.reviewed?.name ?? '',
    'Review notes': line.notes.length > 0 ? `${line.notes.length} open` : '',
  }])
}

// Before anything is selected there is no figure, which reads otherwise than a figure of nought.
function figuresOf(line: ReadLine): Said {
  const { items, deviatingItems } = line.counts
  const tested = testedItems(line)
  return { 'Items selected': items > 0 ? String(items) : '', 'Items tested': items > 0 ? String(tested) : '', 'Items deviating': tested > 0 || deviatingItems > 0 ? String(deviatingItems) : '' }
}

function exceptionsOf(reading: Reading): [string, Said][] {
  return listExceptions(reading).map(({ exception, control, criteria }) => [exception.number, {
    On: control?.number ?? criteria.join(', '), State: labelOf('exception', exception.state).word, Problem: exception.problem, Cause: exception.cause, Spread: exception.spread ?? '',
    Response: exception.response ? describeResponse(exception) : '', Remediation: [exception.response?.remediation, exception.response?.remediationOn].filter(Boolean).join(', '),
  }])
}

function othersOf({ csocs, cuecs }: Reading): [string, Said][] {
  return [...csocs, ...cuecs].map(({ organization, text, criteria }) => [`${organization || 'User entities'}: ${text}`, { Criteria: criteria.join(', ') || 'none' }])
}

function gateSaid(reading: Reading): [string, Said][] {
  return gateOf(reading).conditions.map(({ name, figure, blockers }) => [name, {
    State: blockers.length === 0 ? 'met' : 'open', Figure: figure, Open: blockers.map(({ id, why }) => `${id} ${why}`).join('\n'),
  }])
}
