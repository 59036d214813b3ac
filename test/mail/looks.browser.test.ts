import t from 'tap'
import type { MessageName, Messages } from '../../server/mail/messages.ts'
import { subject } from '../../server/mail/messages.ts'
import { renderMail } from '../../server/web/view.ts'
import { expectAccessible, look, openBrowser } from '../support/browser.ts'

const request = {
  firm: 'Harlow & Pine CPAs LLP', client: 'PaySmart Global, Inc.', from: 'Lena Fischer', number: 'R-044', title: 'Backup schedule, retention and alert rule',
  ask: 'Screens of VaultKeep in production that show, for all three databases: when backups run, how long they are kept, and who is alerted when one fails.\nhttps://vaultkeep.paysmart.example/a-very-long-address-without-any-place-to-break-it-anywhere-at-all/settings',
  checklist: ['the whole window: address, account and clock', 'production, not a test system', 'all three databases'], controls: ['AV-02'],
  dueOn: '2026-10-21', zone: 'America/New_York', days: 14, withCode: false,
}
const exception = { firm: request.firm, client: request.client, from: 'Priya Natarajan', exception: 'E-03', control: 'AC-04', problem: 'For 2 of 25 leavers selected, access ended 3 to 11 days late.' }
const thread = { firm: request.firm, client: request.client, from: 'Lena Fischer', number: 'R-044', title: request.title }
const line = (text: string, note: string, late = false) => ({ text, note, late, link: 'https://tickmark.example/answer/abc' })
const digest = {
  firm: request.firm, things: 4, days: 14, zone: request.zone, preview: 'R-044 Backup schedule',
  places: [
    { place: request.client, more: 3, lines: [line('R-044 Backup schedule, retention and alert rule', 'was due Wednesday, Oct 21, 2026', true), line('R-051 Restore tests of September', 'returned to you, due Friday, Oct 23, 2026')] },
    { place: 'Larkfield Health Data, Inc.', more: 0, lines: [line('R-012 Joiners of the period', 'Tom Bergstrom asks a question')] },
  ],
}
const messages: { [Name in MessageName]: Messages[Name] } = {
  request_issued: request, fresh_link: request, request_returned: { ...request, reason: 'Date and time not visible', words: 'Take the whole window, please.' },
  reminder: { ...request, step: 'after', withCode: true }, answer_code: { firm: request.firm, client: request.client, number: 'R-044', minutes: 10 }, digest,
  facts_wanted: exception, response_wanted: exception, approval_wanted: { ...thread, files: 3 },
  handed_over: { firm: request.firm, client: request.client, from: 'Noor Haddad', by: 'Priya Natarajan', side: 'client', counts: { answers: 3, reviews: 0, controls: 2, series: 1, lines: 0, exceptions: 0, gaps: 0 } },
  handover_wanted: { ...thread, colleague: 'Sam Ortiz', email: 'sam@paysmart.example', words: 'He runs the backups.' },
  meeting: { ...thread, days: 14, word: 'agreed', when: 'Oct 21, 2026, 14:00 EDT', zone: request.zone, minutes: 60, place: 'A call' },
  review_note: { firm: thread.firm, client: thread.client, from: thread.from, reference: 'PI-03.T1', word: 'opened' },
  question_asked: { ...thread, text: 'Which of the three is production?', days: 14 }, mentioned: { ...thread, text: null, days: null },
  invitation: { firm: request.firm, from: 'Priya Natarajan', client: request.client, days: 7 }, password_reset: { hours: 1 }, two_step_removed: { firm: request.firm, from: 'Priya Natarajan' },
}

t.test('every mail fits a narrow window and a phone, can be read by everybody and stands without pictures', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  for (const [name, facts] of Object.entries(messages)) {
    const title = subject(name as MessageName, facts as never)
    const model = { title, ...facts, subject: title, name: 'Noor Haddad', link: 'https://tickmark.example/answer/abc', code: '048213', unsubscribe: 'https://tickmark.example/digest/x', site: 'https://tickmark.example/', sentAt: new Date('2026-10-19T13:05:00Z') }
    const { html, text } = renderMail(name, model)
    await page.setContent(html)
    for (const width of [560, 390]) {
      await page.setViewportSize({ width, height: 844 })
      t.ok(await page.evaluate<number>('document.documentElement.scrollWidth') <= width, `${name} at ${width}`)
    }
    await expectAccessible(t, page, ['light'])
    await look(page, `mail-${name}`)
    t.notMatch(html, /<(img|script|style|link)\b/)
    t.notMatch(text, /<[a-z/]|&[a-z]+;|undefined|\n{4}/, `${name} in words`)
    for (const words of text.split('\n')) t.ok(words.length < 600)
  }
})
