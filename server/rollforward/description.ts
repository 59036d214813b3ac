import type { Carriage, Part } from './carriage.ts'

/** What happened within the last period says nothing of the next one. */
const past = new Set(['incident', 'change'])

/** Facts of the system, organizations it relies on with what is assumed of them, what user entities run, and criteria left out. */
export function carryDescription({ source, id, by, origin, criteria, fresh }: Carriage, controls: ReadonlyMap<string, string>): Part {
  const authored = { source: origin, created_by: by, changed_by: by }
  const organizations = new Map(source.subservice.map((row) => [row.id, fresh()]))
  const assumed = new Map(source.csoc.map((row) => [row.id, fresh()]))
  const complementary = new Map(source.cuec.map((row) => [row.id, fresh()]))
  const facts = source.system_fact.filter(({ kind }) => !past.has(kind))
  const excluded = source.criterion_exclusion.filter(({ criterion }) => criteria.has(criterion))
  return {
    rows: [
      ['system_fact', facts.map(({ kind, position, text, side }) => ({ engagement_id: id, id: fresh(), kind, position, text, side, ...authored }))],
      ['subservice', source.subservice.map(({ id: old, position, name, service, method, side, monitor_id: monitor }) => ({
        engagement_id: id, id: organizations.get(old)!, position, name, service, method, side, monitor_id: monitor === null ? null : controls.get(monitor) ?? null, ...authored,
      }))],
      ['subservice_criterion', source.subservice_criterion.filter(({ criterion }) => criteria.has(criterion))
        .map(({ subservice_id: old, criterion }) => ({ engagement_id: id, subservice_id: organizations.get(old)!, criterion }))],
      ['csoc', source.csoc.map(({ id: old, subservice_id: of, position, text, side }) => ({ engagement_id: id, id: assumed.get(old)!, subservice_id: organizations.get(of)!, position, text, side, ...authored }))],
      ['csoc_criterion', source.csoc_criterion.filter(({ criterion }) => criteria.has(criterion)).map(({ csoc_id: old, criterion }) => ({ engagement_id: id, csoc_id: assumed.get(old)!, criterion }))],
      ['cuec', source.cuec.map(({ id: old, position, text, side }) => ({ engagement_id: id, id: complementary.get(old)!, position, text, side, ...authored }))],
      ['cuec_criterion', source.cuec_criterion.filter(({ criterion }) => criteria.has(criterion)).map(({ cuec_id: old, criterion }) => ({ engagement_id: id, cuec_id: complementary.get(old)!, criterion }))],
      ['criterion_exclusion', excluded.map(({ criterion, reason }) => ({ engagement_id: id, criterion, reason, excluded_by: by }))],
    ],
    came: [
      { what: 'Facts of the system', count: facts.length }, { what: 'Subservice organizations', count: source.subservice.length },
      { what: 'Controls assumed at subservice organizations', count: source.csoc.length }, { what: 'Controls that user entities run', count: source.cuec.length },
      { what: 'Criteria not applicable, with their reasons', count: excluded.length },
    ],
    left: [
      { what: 'Incidents and changes of the last period', count: source.system_fact.length - facts.length, why: 'the next period has its own' },
      { what: 'Criteria not applicable that are out of scope now', count: source.criterion_exclusion.length - excluded.length },
    ],
  }
}
