import t from 'tap'
import { dueDateCalendar, meetingInvitation } from '../../server/mail/calendar.ts'

const at = new Date('2026-10-01T09:05:00Z')
const due = { uid: 'request-1@tickmark.firm.example', sequence: 0, dueOn: '2026-11-01', zone: 'America/New_York', summary: 'Due: backup schedule (R-044)', description: 'Screens of VaultKeep', at }
const meeting = {
  uid: 'meeting-1@tickmark.firm.example', sequence: 0, startsAt: new Date('2026-10-20T14:00:00Z'), endsAt: new Date('2026-10-20T15:00:00Z'),
  zone: 'America/New_York', summary: 'Walkthrough (R-014)', description: 'Trace one change', url: 'https://tickmark.firm.example/', cancelled: false, at,
  organizer: { name: 'Tom Bergstrom', email: 'tom@firm.example' }, attendees: [{ name: 'Noor Haddad', email: 'noor@client.example' }],
}

t.test('a due date is one whole day, whatever zone it is in and the day the clocks change', async (t) => {
  for (const [dueOn, after] of [['2026-11-01', '20261102'], ['2026-03-29', '20260330'], ['2026-12-31', '20270101'], ['2028-02-28', '20280229']] as const) {
    for (const zone of ['America/New_York', 'Pacific/Kiritimati', 'Europe/Berlin', 'Pacific/Pago_Pago']) {
      const file = propertiesOf(dueDateCalendar({ ...due, dueOn, zone }))
      t.equal(file.get('DTSTART;VALUE=DATE'), dueOn.replaceAll('-', ''))
      t.equal(file.get('DTEND;VALUE=DATE'), after)
    }
  }
  t.match(propertiesOf(dueDateCalendar(due)).get('DESCRIPTION'), /end of the day in New York/)
})

t.test('the same mail holds the same file at every attempt, and a moved date replaces the one before', async (t) => {
  t.equal(dueDateCalendar(due), dueDateCalendar({ ...due }))
  const moved = propertiesOf(dueDateCalendar({ ...due, dueOn: '2026-11-05', sequence: 1 }))
  t.equal(moved.get('UID'), due.uid)
  t.equal(moved.get('SEQUENCE'), '1')
  t.equal(moved.get('METHOD'), 'PUBLISH', 'nobody is asked for an answer')
})

t.test('what people typed starts no line of its own', async (t) => {
  const sly = 'Backup\r\nATTENDEE:mailto:evil@evil.example\u2028END:VEVENT'
  const files = [
    dueDateCalendar({ ...due, uid: sly, summary: sly, description: sly }),
    meetingInvitation({ ...meeting, uid: sly, summary: sly, description: sly, url: sly, organizer: { name: sly, email: sly }, attendees: [{ name: `"${sly}`, email: sly }] }),
  ]
  for (const file of files) {
    t.equal(file.split(/\r\n/).filter((line) => line.startsWith('END:VEVENT')).length, 1)
    t.notMatch(file, /^ATTENDEE:/m)
    t.notMatch(file.replaceAll('\r\n', ''), /[\r\n\u2028]/)
  }
})

t.test('a meeting asks everybody, at one moment for all zones, and can be called off', async (t) => {
  const asked = propertiesOf(meetingInvitation(meeting))
  t.equal(asked.get('METHOD'), 'REQUEST')
  t.equal(asked.get('DTSTART'), '20261020T140000Z')
  t.match(asked.get('DESCRIPTION'), /10:00 EDT/)
  t.match([...asked.keys()].join('\n'), /^ATTENDEE.*RSVP=TRUE/m)
  const off = propertiesOf(meetingInvitation({ ...meeting, sequence: 1, cancelled: true }))
  t.equal(off.get('METHOD'), 'CANCEL')
  t.equal(off.get('STATUS'), 'CANCELLED')
  t.equal(off.get('UID'), asked.get('UID'))
})

/** The properties of a file by name with parameters, its folded lines unfolded. */
function propertiesOf(file: string): ReadonlyMap<string, string> {
  return new Map(file.replaceAll('\r\n ', '').split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
}
