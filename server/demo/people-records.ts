import { chance } from './chance.ts'
import { plusBusinessDays, plusDays, printLocal, clock } from './calendar.ts'
import type { Row } from './list.ts'
import { field, printRecord, shown, type EvidenceRecord } from './record.ts'

const desk = { system: 'PeopleDesk HR', by: 'a.dewit' }
const learnwell = { system: 'Learnwell', by: 'b.fonseca' }

/** The acceptance of the code of conduct by somebody who joined. */
export function conductRecord(row: Row): EvidenceRecord {
  const { employee_id: employee = '', conduct_signed_on: signed = '', hire_date: hired = '', employment_type: type = '' } = row
  return printRecord(`conduct-${employee}.txt`, { ...desk, address: `peopledesk.paysmart.example/people/${employee}/conduct`, at: '2026-10-21 09:41:08' }, [
    field('Person', `${employee}  ${type}`), field('First working day', hired), field('Document', 'Code of conduct, version 6'),
    shown('Accepted', `${signed}  signed in the portal by the person`, 'A'),
  ])
}

/** That a background check was completed; its result stays with the client. */
export function backgroundRecord(row: Row): EvidenceRecord {
  const { employee_id: employee = '', background_check_on: checked = '', hire_date: hired = '' } = row
  return printRecord(`background-${employee}.txt`, { ...desk, address: `peopledesk.paysmart.example/people/${employee}/screening`, at: '2026-10-21 09:52:33' }, [
    field('Person', employee), field('Provider', 'Fairhaven Verification'), field('Case', `FV-${chance(employee).whole(20_000, 79_999)}`),
    shown('Completed', checked, 'A'), field('First working day', hired), field('Result', '(not shown)'),
  ])
}

/** The training of somebody who joined. */
export function trainingRecord(row: Row): EvidenceRecord {
  const { employee_id: employee = '', training_completed_on: done = '', hire_date: hired = '' } = row
  return printRecord(`training-${employee}.txt`, { ...learnwell, address: `learnwell.paysmart.example/records/${employee}`, at: '2026-10-22 14:10:27' }, [
    field('Learner', employee), field('Course', 'Security awareness 2026, 42 minutes'), field('Assigned', hired),
    shown('Finished', `${done}  score ${chance(employee).whole(80, 100)} of 100`, 'A'),
  ])
}

/** What somebody on the staff does every year. */
export function yearlyRecord(row: Row): EvidenceRecord {
  const { employee_id: employee = '', yearly_due_on: due = '' } = row
  const luck = chance(`yearly ${employee}`)
  return printRecord(`yearly-${employee}.txt`, { ...learnwell, address: `learnwell.paysmart.example/records/${employee}`, at: '2026-10-22 14:31:50' }, [
    field('Learner', employee), field('Due', due),
    shown('Code of conduct', `accepted ${plusDays(due, -luck.whole(1, 21))}, version 6`, 'A'),
    shown('Yearly training', `finished ${plusDays(due, -luck.whole(1, 21))}, score ${luck.whole(80, 100)} of 100`, 'B'),
  ])
}

/** A yearly performance review with everything masked that is not asked for. */
export function performanceRecord(row: Row): EvidenceRecord {
  const { employee_id: employee = '', yearly_due_on: due = '', manager = '', job_title: title = '' } = row
  const luck = chance(`performance ${employee}`)
  return printRecord(`review-${employee}.txt`, { ...desk, address: `peopledesk.paysmart.example/people/${employee}/reviews/2026`, at: '2026-10-23 10:04:19' }, [
    field('Person', `${employee}  (name masked)  ${title}`), field('Reviewer', `${manager}  (name masked)`),
    shown('Completed', plusDays(due, -luck.whole(1, 25)), 'A'),
    field('Goals', '(masked)'), shown('Control duties', luck.pick(['meets what is expected', 'exceeds what is expected', 'meets what is expected']), 'B'), field('Remarks', '(masked)'),
  ])
}

/** The ticket of an access granted, with the access that the system shows. */
export function accessRecord(row: Row): EvidenceRecord {
  const { ticket_id: ticket = '', subject_user: user = '', system = '', role_requested: role = '', manager_approved_at: manager = '', owner_approved_at: owner = '', fulfilled_at: fulfilled = '', requester = '', fulfilled_by: by = '' } = row
  return printRecord(`${ticket}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/requests/${ticket}`, at: '2026-10-22 11:26:44', by: 'm.vega' }, [
    field('Ticket', `${ticket}  Access request`), field('For', user), field('Asked for', `${role} in ${system}`),
    shown('Approved', `${manager}  manager ${requester}`, 'A'), shown('Approved', `${owner}  owner of ${system}`, 'B'),
    shown('Given', `${fulfilled}  by ${by}`, 'C'), '', `${system}, account ${user}`, shown('Roles', role, 'D'),
  ])
}

/** The record of an access review; without its date when `dated` is false. */
export function accessReviewRecord(row: Row, dated: boolean): EvidenceRecord {
  const { review_id: review = '', system = '', quarter = '', reviewer = '', due_on: due = '', completed_on: done = '', users_reviewed: users = '', users_removed: removed = '', ticket = '' } = row
  const removals = Array.from({ length: Number(removed) }, (_one, index) => `${plusBusinessDays(done, 1)}  account u${2100 + index * 17 + Number(users)} removed from ${system}, ${ticket}`)
  return printRecord(`${review}${dated ? '' : '-sign-off'}.txt`, { system: 'AccessHub', address: `accesshub.paysmart.example/reviews/${review}`, at: dated ? '2026-10-28 09:15:02' : '2026-10-23 15:20:36', by: 'h.osei' }, [
    field('Review', `${system}, ${quarter}`), field('Due', due), field('List of users', `${users} accounts, pulled from ${system} by AccessHub`),
    shown('Signed off', dated ? `${done}  by ${reviewer}` : `confirmed by ${reviewer}`, 'A'), shown('Owner of system', reviewer, 'B'), shown('Users in list', `${users} of ${users}`, 'C'),
    '', shown('Removals', removed, 'D'), ...removals,
  ])
}

/** An incident with its times and, where it was rated high, the written review. */
export function incidentRecord(row: Row): EvidenceRecord {
  const { incident_id: incident = '', opened_at: opened = '', severity = '', category = '', detected_by: detected = '', summary = '', contained_at: contained = '', resolved_at: resolved = '', review_completed_at: reviewed = '' } = row
  return printRecord(`${incident}.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/incidents/${incident}`, at: '2026-10-21 16:02:11', by: 'e.kowalczyk' }, [
    field('Incident', `${incident}  ${category}`), field('Summary', summary), shown('Logged', `${opened}  found by ${detected}`, 'A'), shown('Rated', severity, 'B'),
    field('Contained', contained), shown('Closed', resolved, 'C'), '',
    shown('Written review', reviewed === '' ? 'not due, not rated high' : `finished ${reviewed}: cause, effect, five actions with owners`, 'D'),
  ])
}

/** The approval of an emergency change and the review afterwards. */
export function emergencyRecord(row: Row): EvidenceRecord {
  const { change_id: change = '', title = '', author = '', deployed_at: deployed = '', repository = '' } = row
  const luck = chance(`emergency ${change}`)
  const moment = new Date(deployed)
  const local = printLocal(new Date(moment.getTime() - luck.whole(6, 30) * 60_000))
  return printRecord(`${change}-emergency.txt`, { system: 'OpsDesk', address: `opsdesk.paysmart.example/changes/${change}`, at: '2026-10-27 09:33:15', by: 'd.sokol' }, [
    field('Change', `${change}  ${title}`), field('Repository', `${repository}, author ${author}`),
    shown('Approved', `${local}  by the on-call manager, ${luck.pick(['o.tallis', 'n.aaberg', 'd.sokol'])}`, 'A'), field('Deployed', printLocal(moment)),
    shown('Reviewed', `${printLocal(clock(`${plusBusinessDays(deployed.slice(0, 10), luck.whole(1, 2))} 10:${luck.whole(10, 59)}`))}  nothing to undo`, 'B'),
  ])
}
