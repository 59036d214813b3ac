import { dueAfter, spansOf } from '../requests/spans.ts'
import type { Carriage, Part } from './carriage.ts'
import { endOf, shiftDue } from './period.ts'
import type { Row } from './source.ts'

type Asked = { readonly row: Row<'request'>, readonly number: number, readonly dueOn: string | null, readonly series: string | null, readonly start: string | null, readonly end: string | null, readonly id: string }

/**
 * Requests as drafts that nobody was sent, under their own numbers, as far from the end as they were. A series is asked
 * again for every part of the new period; what was cancelled or not applicable stays behind, and so does what a Type 1
 * examination does not ask for.
 */
export function carryRequests(carriage: Carriage, controls: ReadonlyMap<string, string>): Part {
  const { source, plan, old, id, by, people, fresh } = carriage
  const closed = source.request.filter(({ status }) => status === 'cancelled' || status === 'not_applicable')
  const ofPeriod = source.request.filter((row) => !closed.includes(row) && plan.type === 1 && (row.kind === 'population' || row.kind === 'sample' || row.recurrence_id !== null))
  const staying = source.request.filter((row) => !closed.includes(row) && !ofPeriod.includes(row)).toSorted((a, b) => a.number - b.number)
  const series = new Map(source.recurrence.filter((row) => staying.some(({ recurrence_id: of }) => of === row.id)).map((row) => [row.id, fresh()]))
  const asked: Asked[] = staying.filter((row) => row.recurrence_id === null).map((row) => ({
    row, number: row.number, dueOn: row.due_on === null ? null : shiftDue(row.due_on, endOf(old), endOf(plan)), series: null, start: null, end: null, id: fresh(),
  }))
  let last = Math.max(0, ...source.request.map(({ number }) => number))
  for (const row of source.recurrence.filter(({ id: of }) => series.has(of))) {
    const members = staying.filter(({ recurrence_id: of }) => of === row.id)
    for (const [place, span] of spansOf(row.every, plan.periodStart!, plan.periodEnd!).entries()) {
      const like = members[Math.min(place, members.length - 1)]!
      const number = place < members.length ? like.number : last += 1
      asked.push({ row: like, number, dueOn: dueAfter(span, row.due_days), series: series.get(row.id)!, start: span.start, end: span.end, id: fresh() })
    }
  }
  const links = Map.groupBy(source.request_control, (row) => row.request_id)
  const ticks = Map.groupBy(source.checklist_item, (row) => row.request_id)
  return {
    rows: [
      ['recurrence', source.recurrence.filter((row) => series.has(row.id)).map((row) => ({
        engagement_id: id, id: series.get(row.id)!, title: row.title, every: row.every, due_days: row.due_days, created_by: by,
      }))],
      ['request', asked.map(({ row, number, dueOn, series: of, start, end, id: fresher }) => ({
        engagement_id: id, id: fresher, number, kind: row.kind, title: row.title, ask: row.ask, why: row.why, system: row.system, example: row.example,
        priority: row.priority, owner_id: row.owner_id !== null && people.has(row.owner_id) ? row.owner_id : null, due_on: dueOn, status: 'draft',
        reference: row.reference, external_id: of === null ? row.external_id : null, formats: row.formats, recurrence_id: of, span_start: start, span_end: end, created_by: by,
      }))],
      ['request_control', asked.flatMap(({ row, id: fresher }) => (links.get(row.id) ?? []).filter(({ control_id: of }) => controls.has(of))
        .map(({ control_id: of }) => ({ engagement_id: id, request_id: fresher, control_id: controls.get(of)! })))],
      ['checklist_item', asked.flatMap(({ row, id: fresher }) => (ticks.get(row.id) ?? []).map(({ position, text }) => ({ engagement_id: id, request_id: fresher, position, text })))],
      ['counter', last > 0 ? [{ engagement_id: id, series: 'request', last }] : []],
    ],
    came: [
      { what: 'Requests, as drafts that nobody was sent', count: asked.length, why: 'due as far from the end as last time; a weekend moves to Monday' },
      { what: 'Series of requests, not switched on', count: series.size },
    ],
    left: [
      { what: 'Requests that were cancelled or did not apply', count: closed.length },
      { what: 'Requests for populations, samples and series', count: ofPeriod.length, why: 'a Type 1 examination has none' },
    ],
  }
}
