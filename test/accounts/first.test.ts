import t from 'tap'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { main } from '../../server/accounts/invite.command.ts'
import { BadConfig } from '../../server/config.ts'
import { Refused } from '../../server/errors.ts'
import { openApp } from '../support/app.ts'
import { ownerOf } from '../support/owner.ts'
import { firmLog, Visitor } from './visitor.ts'

const testApp = await openApp(t)
const owner = ownerOf(t, testApp)
const environment = { OWNER_DATABASE_URL: testApp.ownerUrl, PUBLIC_URL: 'https://tickmark.firm.example' }
const email = 'partner@firm.example'
const pathIn = (printed: string) => /https:\/\/tickmark\.firm\.example(\/invitations\/[A-Za-z0-9_-]{43})/.exec(printed)?.[1]

t.test('the first partner needs a firm, and gets a link to an account', async (t) => {
  await t.rejects(main([email], environment), /There is no firm yet.*--firm/)
  const printed = await main([email.toUpperCase(), '--name', 'Miriam Okafor', '--firm', 'Harlow & Pine CPAs LLP'], environment)
  t.match(await owner.selectFrom('person').selectAll().execute(), [{ email, name: 'Miriam Okafor', rank: 'partner' }])
  t.match(await owner.selectFrom('organization').selectAll().execute(), [{ kind: 'firm', name: 'Harlow & Pine CPAs LLP' }])
  t.match((await firmLog(owner)).at(-1), { kind: 'account.invited', personId: null, event: /"job":"invite"/ })

  const again = await main([email], environment)
  t.not(pathIn(again), pathIn(printed), 'a fresh link each time')
  t.equal((await owner.selectFrom('person').selectAll().execute()).length, 1)
  const visitor = new Visitor(testApp)
  t.match(await visitor.post(pathIn(again)!, { password: 'seven quiet herons at noon' }), { status: 303, location: '/account/two-step' })
  t.equal((await visitor.post(pathIn(printed)!, { password: 'seven quiet herons at noon' })).status, 410, 'the older link is void')
  await t.rejects(main([email], environment), /has an account already/)
})

t.test('a second partner joins the firm that is there; somebody removed does not', async (t) => {
  t.ok(pathIn(await main(['second@firm.example', '--firm', 'Another firm'], environment)))
  t.equal((await owner.selectFrom('organization').selectAll().execute()).length, 1)
  t.equal((await owner.selectFrom('person').select('name').where('email', '=', 'second@firm.example').executeTakeFirstOrThrow()).name, 'second@firm.example')
  await owner.updateTable('person').set({ removed_at: new Date() }).where('email', '=', 'second@firm.example').execute()
  await t.rejects(main(['second@firm.example'], environment), /removed/)
})

t.test('what is wrong with the words or the configuration is said plainly', async (t) => {
  for (const address of ['partner', 'a@', 'a b@firm.example', '', 'a@firm.example\r\nBcc: b@firm.example']) await t.rejects(main([address], environment), Refused, JSON.stringify(address))
  await t.rejects(main([], environment), /Usage: npm run invite/)
  await t.rejects(main([email, 'another@firm.example'], environment), /Usage/)
  await t.rejects(main([email, '--rank', 'king'], environment), /Usage/)
  const error = await main([email], {}).then(() => null, (reason: unknown) => reason)
  t.ok(error instanceof BadConfig)
  t.strictSame((error as BadConfig).problems, ['OWNER_DATABASE_URL is missing', 'PUBLIC_URL is missing'])
})

t.test('it runs as a command', async (t) => {
  const command = fileURLToPath(new URL('../../server/accounts/invite.command.ts', import.meta.url))
  const run = async (...words: string[]) => await promisify(execFile)(process.execPath, [command, ...words], { env: environment })
  t.ok(pathIn((await run('third@firm.example')).stdout))
  const failure = await run('nonsense').then(() => null, (error: { code: number, stderr: string }) => error)
  t.match(failure, { code: 1, stderr: '"nonsense" is no e-mail address. Give one such as partner@firm.example.\n' })
})
