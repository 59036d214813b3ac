import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import { addWorkingDays, reminderDays, reminderOf } from '../../server/requests/reminders.ts'

const first = Temporal.PlainDate.from('2027-12-15')
/** Ten weeks with the end of a year and a leap day in them. */
const days = Array.from({ length: 80 }, (_, index) => first.add({ days: index }))
const long = '2000-01-01'

t.test('for every due date three reminders come, each once, each on a working day, in their order', async (t) => {
  for (const due of days) {
    const dueOn = due.toString()
    const sent: string[] = []
    const on: Temporal.PlainDate[] = []
    for (let day = due.subtract({ days: 20 }); Temporal.PlainDate.compare(day, due.add({ days: 20 })) < 0; day = day.add({ days: 1 })) {
      const step = reminderOf({ dueOn, since: long, today: day.toString() })
      if (step === null || sent.includes(step)) continue
      sent.push(step)
      on.push(day)
    }
    if (String(sent) !== 'before,on,after') t.fail(`${dueOn}: ${sent.join()}`)
    if (on.some((day) => day.dayOfWeek > 5)) t.fail(`${dueOn}: on a weekend`)
    if (String(on) !== String(Object.values(reminderDays(dueOn)))) t.fail(`${dueOn}: ${on.join()}`)
    if (workingDaysBetween(on[0]!, due) !== 3 || workingDaysBetween(due, on[2]!) !== 2) t.fail(`${dueOn}: ${on.join()}`)
    if (due.dayOfWeek <= 5 && on[1]!.toString() !== dueOn) t.fail(`${dueOn}: not on its day`)
  }
  t.pass(`${days.length} due dates`)
})

t.test('nobody is reminded on the day they were asked, nor of a day that was over by then', async (t) => {
  const dueOn = '2026-10-21'
  t.strictSame(reminderDays(dueOn), { before: '2026-10-16', on: '2026-10-21', after: '2026-10-23' })
  t.equal(reminderOf({ dueOn, since: '2026-10-16', today: '2026-10-16' }), null)
  t.equal(reminderOf({ dueOn, since: '2026-10-19', today: '2026-10-20' }), null, 'issued after the first reminder’s day')
  t.equal(reminderOf({ dueOn, since: '2026-10-19', today: '2026-10-21' }), 'on')
  t.equal(reminderOf({ dueOn, since: '2026-10-21', today: '2026-10-21' }), null)
  t.equal(reminderOf({ dueOn, since: '2026-10-21', today: '2026-10-23' }), 'after')
})

t.test('a reminder that missed its day goes out on the next ones, and is dropped when it would say something false', async (t) => {
  const dueOn = '2026-10-21'
  const on = (today: string) => reminderOf({ dueOn, since: long, today })
  t.equal(on('2026-10-15'), null)
  t.equal(on('2026-10-19'), 'before', 'Friday was missed')
  t.equal(on('2026-10-22'), null, 'the day itself is over and the next reminder not yet due')
  t.equal(on('2026-10-26'), 'after')
  t.equal(on('2026-10-27'), 'after')
  t.equal(on('2026-10-28'), null, 'and much later nothing')
  t.equal(reminderOf({ dueOn: '2026-10-24', since: long, today: '2026-10-23' }), 'on', 'the last working day before a Saturday')
})

t.test('working days are counted both ways and never end on a weekend', async (t) => {
  for (const day of days) {
    for (const count of [-3, -1, 1, 2, 5]) {
      const there = addWorkingDays(day, count)
      if (there.dayOfWeek > 5) t.fail(`${day.toString()} ${count}`)
      const [from, to] = count > 0 ? [day, there] : [there, day]
      if (workingDaysBetween(from, to) !== Math.abs(count)) t.fail(`${day.toString()} ${count} is ${there.toString()}`)
    }
  }
  t.equal(addWorkingDays(first, 0).toString(), first.toString())
})

/** Counted one by one: working days after `from` up to `to`, or, where `to` is no working day, from `from` on. */
function workingDaysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  const inclusive = to.dayOfWeek > 5
  let count = 0
  for (let day = inclusive ? from : from.add({ days: 1 }); Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) count += day.dayOfWeek <= 5 ? 1 : 0
  return count
}
