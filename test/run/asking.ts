import type { Test } from 'tap'
import { chapter, check, checkPlain, choose, csv, fill, follow, inviteFromTerminal, join, openMail, press, says, scan, signIn, signOut, unfold, type Cast, type Person } from './story.ts'
import { accessRequests, bothTicks, theColumns, theControl, theDates, theEngagement, theRequest, theReturn, theStatement } from './words.ts'

/** From the first invitation to an accepted answer: sign-in, engagement, control, request, answer by link, review. */
export async function ask(t: Test, { stage, miriam, priya, tom, joel, noor, plainNoor }: Cast): Promise<void> {
  let engagement = ''
  let secondLink = ''
  const recorded = async ({ page }: Person, kind: string, button: string) => {
    await page.goto(`${engagement}/records/${kind}`)
    await page.locator('[name=datedOn]').fill('2025-09-15')
    await press(page, button)
    await page.getByRole('heading', { name: 'On record' }).waitFor()
  }

  await chapter(t, 'the firm comes in, takes up an engagement and gathers its team', async (t) => {
    const { page } = miriam
    await join(t, miriam, await inviteFromTerminal(stage, miriam, 'Harlow & Pine CPAs LLP'))
    await check(t, page, 'home-empty')
    await signOut(miriam)
    await signIn(miriam)

    await page.goto('/account')
    await follow(page, 'People of the firm')
    for (const [person, rank] of [[priya, 'Manager'], [tom, 'Senior']] as const) {
      await fill(page, { Name: person.name, 'E-mail address': person.email, Rank: rank })
      await press(page, 'Add and invite')
      await join(t, person, await openMail(stage, person, /invites you to Tickmark/))
    }

    await page.goto('/')
    await follow(page, 'New engagement')
    await fill(page, theEngagement)
    await check(t, page, 'engagement-new')
    await press(page, 'Create and go on')
    await fill(page, theDates)
    await check(t, page, 'setup-dates')
    await press(page, 'Save and go on')
    await fill(page, { Availability: true })
    await press(page, 'Save and go on')
    await follow(page, 'Overview')
    await says(t, page, /No requests yet/)
    engagement = page.url()
    await check(t, page, 'engagement-empty')

    await follow(page, 'Team and scope')
    for (const [person, role] of [[priya, 'Manager'], [tom, 'Senior']] as const) {
      const form = await unfold(page, 'Add one of the firm’s people')
      await fill(form, { Person: person.name, Role: role })
      await press(form, 'Add to the team')
    }
    for (const [person, facts] of [[joel, { Role: 'Compliance lead', 'Send an invitation to an account': true }], [noor, { Role: 'Control owner' }]] as const) {
      const form = await unfold(page, 'Add one of the client’s people')
      await fill(form, { Name: person.name, 'E-mail': person.email, ...facts })
      await press(form, 'Add to the team')
    }
    await check(t, page, 'team')
    await join(t, joel, await openMail(stage, joel, /invites you to Tickmark/))
  })

  await chapter(t, 'the engagement is accepted, everybody is independent, and planning begins', async (t) => {
    await recorded(miriam, 'acceptance', 'Record')
    await recorded(priya, 'terms', 'Record')
    for (const person of [miriam, priya, tom]) await recorded(person, 'independence', 'I am independent of this client')
    const { page } = priya
    await page.goto(`${engagement}/phase`)
    await check(t, page, 'phase')
    await press(page, 'Go on to planning')
    await says(t, page, /Before fieldwork/)
  })

  await chapter(t, 'a control is entered, and confirmed in the client’s words', async (t) => {
    const { page } = tom
    await page.goto(engagement)
    await follow(page, /^Controls/)
    await follow(page, 'New control')
    await fill(page, theControl)
    await check(t, page, 'control-new')
    await press(page, 'Add control')
    await joel.page.goto(page.url())
    await press(joel.page, 'Confirm this wording')
    await says(t, joel.page, /Confirmed by the client/)
    await check(t, joel.page, 'control-confirmed')
  })

  await chapter(t, 'a request goes out, and its owner answers by the link in the mail', async (t) => {
    const { page } = tom
    await follow(page, /^Requests/)
    await follow(page, 'New request')
    await fill(page, theRequest)
    await check(t, page, 'request-new')
    await press(page, 'Save draft')
    await press(page, 'Issue')
    await check(t, page, 'request-issued')

    const link = await openMail(stage, noor, /All access requests/)
    await scan(t, link)
    const phone = noor.page
    await phone.goto(link)
    await check(t, phone, 'answer-door')
    await press(phone, 'Open the request')
    await choose(phone, 'Choose files', csv('access-requests.csv', accessRequests(39)))
    await says(t, phone, /1 file uploaded, not yet submitted/)
    await fill(phone, bothTicks)
    await press(phone, 'Submit to the auditor')
    await says(t, phone, /There are 5 problems/)
    await check(t, phone, 'answer-incomplete')
    await fill(phone, theStatement)
    await press(phone, 'Submit to the auditor')
    await says(t, phone, /What was submitted/)
    await check(t, phone, 'answer-submitted')
  })

  await chapter(t, 'what is wrong goes back with words, and a second version comes without any script', async (t) => {
    const { page } = tom
    await page.reload()
    await press(page, /Start the review/)
    await check(t, page, 'request-in-review', 'both')
    const form = await unfold(page, 'Return…')
    await fill(form, theReturn)
    await press(form, 'Return to the owner')
    await says(t, page, /Returned/)

    const { page: plain } = plainNoor
    secondLink = await openMail(stage, noor, /asks you to send this again/)
    await plain.goto(secondLink)
    await press(plain, 'Open the request')
    await says(t, plain, /Please send it again/)
    await plain.getByLabel('Choose files').setInputFiles(csv('access-requests-full.csv', accessRequests(41)))
    await press(plain, 'Upload the chosen files')
    await says(t, plain, /1 file uploaded, not yet submitted/)
    await fill(plain, { ...theStatement, ...bothTicks, 'Number of rows': '41' })
    await checkPlain(t, plain, 'answer-plain')
    await press(plain, 'Submit to the auditor')
    await says(t, plain, /What was submitted/)
    await noor.page.reload()
    await check(t, noor.page, 'answer-second-version', 'both')
  })

  await chapter(t, 'the list is read and checked, and accepted in one act with its request', async (t) => {
    const { page } = tom
    await page.reload()
    await press(page, /Start the review/)
    await follow(page, /as a population/)
    await fill(page, theColumns)
    await check(t, page, 'population-mapping')
    await press(page, 'Read and check the list')
    await page.getByRole('heading', { name: 'Completeness and accuracy' }).waitFor()
    await check(t, page, 'population-checked', 'both')
    await press(page, 'Accept R-001 and POP-01')
    await page.getByRole('link', { name: 'Draw a sample' }).waitFor()
    await plainNoor.page.goto(secondLink)
    await says(t, plainNoor.page, /This link has ended/)
    await checkPlain(t, plainNoor.page, 'answer-ended')
  })
}
