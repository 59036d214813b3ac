import { sql, type RawBuilder } from 'kysely'
import type { Tx } from '../database/connect.ts'
import type { PersonScope } from '../scope.ts'

/** One thing somebody waits for this person to do. `number` and `control` say which, `since` how long it has waited. */
export type Waiting = {
  readonly kind: 'review' | 'answer' | 'approve' | 'confirm_wording' | 'agree_facts' | 'respond' | 'respond_again' | 'settle_facts' | 'finish' | 'prepare' | 'sign' | 'sign_partner' | 'answer_note' | 'clear_note'
  readonly engagementId: string
  readonly client: string
  readonly zone: string
  /** Number of the request or exception, of the test line within its control, or how many wordings or tests to prepare there are. */
  readonly number: number
  readonly control: string | null
  readonly title: string
  readonly from: string | null
  readonly since: Date
}

/** How many are read at most; the oldest first. */
export const MOST = 200

/** What waits for a person in all their engagements, the oldest first, and how much there is in all. */
export async function listWaiting(trx: Tx, scope: PersonScope): Promise<{ things: Waiting[], total: number }> {
  const result = await sql<Waiting & { total: number }>`
    with ${mine(scope)}, waiting as (select *, count(*) over () as total from (${waiting(scope)}) everything order by since, engagement_id, number limit ${MOST})
    select waiting.kind, waiting.engagement_id as "engagementId", organization.name as client, engagement.zone, waiting.number,
      waiting.control, waiting.title, person.name as "from", waiting.since, waiting.total
    from waiting
      join engagement on engagement.id = waiting.engagement_id
      join organization on organization.id = engagement.client_id
      left join person on person.id = waiting.from_id
    order by waiting.since, waiting.engagement_id, waiting.number`.execute(trx)
  return { things: result.rows, total: result.rows[0]?.total ?? 0 }
}

/** How many things wait, up to MOST, and whether there are more: every page asks. The transaction must not be inside an engagement. */
export async function countWaiting(trx: Tx, scope: PersonScope): Promise<{ count: number, more: boolean }> {
  const { rows } = await sql<{ found: number }>`with ${mine(scope)} select count(*) as found from (select from (${waiting(scope)}) everything limit ${MOST + 1}) waiting`.execute(trx)
  const found = rows[0]?.found ?? 0
  return { count: Math.min(found, MOST), more: found > MOST }
}

function mine(scope: PersonScope): RawBuilder<unknown> {
  return sql`mine as (select membership.engagement_id, role from membership join engagement on engagement.id = membership.engagement_id
    where person_id = ${scope.actor.id} and removed_at is null and phase not in ('archived', 'withdrawn'))`
}

// Read for each line that is found: joined, it would lead the planner to begin with every control of an engagement.
const controlNumber = sql`(select number from control where control.engagement_id = line.engagement_id and control.id = line.control_id)`

function waiting(scope: PersonScope): RawBuilder<unknown> {
  return scope.side === 'firm' ? forFirm(scope.actor.id) : forClient(scope.actor.id)
}

function forFirm(person: string): RawBuilder<unknown> {
  return sql`
    select 'review' as kind, request.engagement_id, request.number, null as control, request.title, owner_id as from_id, status_since as since
    from request join mine on mine.engagement_id = request.engagement_id
    where role in ('partner', 'manager', 'senior', 'staff') and status = 'submitted'
    union all
    select 'review', request.engagement_id, request.number, null, request.title, owner_id, status_since
    from request join mine on mine.engagement_id = request.engagement_id
    where role in ('partner', 'manager', 'senior', 'staff') and status = 'in_review' and reviewer_id = ${person}
    union all
    select 'sign', line.engagement_id, line.sequence, ${controlNumber}, line.title, sign_off.person_id, sign_off.signed_at
    from sign_off
      join mine on mine.engagement_id = sign_off.engagement_id
      join test_line line on line.engagement_id = sign_off.engagement_id and line.id = sign_off.test_line_id
    where role in ('partner', 'manager', 'senior') and sign_off.kind = 'prepared' and voided_at is null and sign_off.person_id <> ${person}
      and not exists (select from sign_off reviewed where reviewed.engagement_id = sign_off.engagement_id
        and reviewed.test_line_id = sign_off.test_line_id and reviewed.kind = 'reviewed' and reviewed.voided_at is null)
    union all
    select 'sign_partner', line.engagement_id, line.sequence, ${controlNumber}, line.title, sign_off.person_id, sign_off.signed_at
    from sign_off
      join mine on mine.engagement_id = sign_off.engagement_id
      join test_line line on line.engagement_id = sign_off.engagement_id and line.id = sign_off.test_line_id and line.significant
    where role = 'partner' and sign_off.kind = 'reviewed' and voided_at is null
      and not exists (select from sign_off other where other.engagement_id = sign_off.engagement_id and other.test_line_id = sign_off.test_line_id
        and other.voided_at is null and (other.kind = 'partner' or (other.kind = 'prepared' and other.person_id = ${person})))
    union all
    select 'prepare', given.engagement_id, count(*)::integer, min(reference), array_to_string((array_agg(reference order by reference))[1:3], ', '), null, min(since)
    from (select line.engagement_id, ${controlNumber} || '.T' || line.sequence as reference, greatest(line.created_at,
        (select max(voided_at) from sign_off where sign_off.engagement_id = line.engagement_id and sign_off.test_line_id = line.id)) as since
      from test_line line
        join mine on mine.engagement_id = line.engagement_id
      where role in ('partner', 'manager', 'senior', 'staff') and line.assignee_id = ${person}
        and not exists (select from sign_off where sign_off.engagement_id = line.engagement_id and sign_off.test_line_id = line.id and kind = 'prepared' and voided_at is null)) given
    group by given.engagement_id
    union all
    select case note.status when 'open' then 'answer_note' else 'clear_note' end, note.engagement_id, line.sequence, ${controlNumber}, line.title,
      case note.status when 'open' then note.opened_by else answer.said_by end, coalesce(answer.said_at, note.opened_at)
    from review_note note
      join mine on mine.engagement_id = note.engagement_id
      join test_line line on line.engagement_id = note.engagement_id and line.id = note.test_line_id
      left join lateral (select said_by, said_at from review_note_answer said
        where said.engagement_id = note.engagement_id and said.review_note_id = note.id order by said_at desc limit 1) answer on true
    where role in ('partner', 'manager', 'senior', 'staff') and ((note.status = 'answered' and note.opened_by = ${person})
      or (note.status = 'open' and note.opened_by <> ${person} and (line.assignee_id = ${person}
        or ${person} in (select said_by from review_note_answer said where said.engagement_id = note.engagement_id and said.review_note_id = note.id)
        or exists (select from sign_off
        where sign_off.engagement_id = line.engagement_id and sign_off.test_line_id = line.id and sign_off.kind = 'prepared' and sign_off.person_id = ${person}))))
    union all
    select case status when 'client_confirming' then 'settle_facts' else 'finish' end, exception.engagement_id, exception.number, null,
      exception.problem, null, exception.status_since
    from exception join mine on mine.engagement_id = exception.engagement_id
    where (status = 'client_confirming' and client_position is not null and role in ('partner', 'manager', 'senior'))
      or (status = 'response_received' and role in ('partner', 'manager'))`
}

function forClient(person: string): RawBuilder<unknown> {
  return sql`
    select 'answer' as kind, request.engagement_id, request.number, null as control, request.title, issued_by as from_id, status_since as since
    from request join mine on mine.engagement_id = request.engagement_id
    where owner_id = ${person} and status in ('open', 'in_progress', 'returned')
    union all
    select 'approve', request.engagement_id, request.number, null, request.title, owner_id, status_since
    from request join mine on mine.engagement_id = request.engagement_id
    where role = 'lead' and status = 'client_review'
    union all
    select 'confirm_wording', control.engagement_id, count(*)::integer, min(control.number), '', null, min(entered_at)
    from control
      join mine on mine.engagement_id = control.engagement_id
      join control_wording wording on wording.engagement_id = control.engagement_id and wording.control_id = control.id and wording.version = control.wording_version
    where role = 'lead' and wording.confirmed_at is null
    group by control.engagement_id
    union all
    select case status when 'client_confirming' then 'agree_facts' else 'respond' end, exception.engagement_id, exception.number, null,
      (select problem from exception_release told where told.engagement_id = exception.engagement_id and told.exception_id = exception.id order by told.number desc limit 1), null, exception.status_since
    from exception join mine on mine.engagement_id = exception.engagement_id
    where role = 'lead' and (status = 'evaluated' or (status = 'client_confirming' and client_position is null))
    union all
    select 'respond_again', exception.engagement_id, exception.number, null, told.problem, told.released_by, told.released_at
    from exception
      join mine on mine.engagement_id = exception.engagement_id
      join lateral (select problem, number, released_by, released_at from exception_release told
        where told.engagement_id = exception.engagement_id and told.exception_id = exception.id order by told.number desc limit 1) told on true
    where role = 'lead' and status = 'response_received' and told.number > (select max(release) from exception_response written
      where written.engagement_id = exception.engagement_id and written.exception_id = exception.id)`
}
