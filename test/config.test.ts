import t from 'tap'
import { readFileSync } from 'node:fs'
import { BadConfig, isLoopback, readConfig, readMigrateConfig } from '../server/config.ts'

const production = {
  DATABASE_URL: 'postgresql://tickmark_app:x@db.firm.example/tickmark',
  QUEUE_DATABASE_URL: 'postgresql://tickmark_queue:x@db.firm.example/tickmark',
  PUBLIC_URL: 'https://tickmark.firm.example',
  SECRET: 'kq83Jd02mVx7Rz51Lp64Tn29Yc80Wb17',
  SMTP_URL: 'smtps://user:secret@mail.firm.example',
}

t.test('without DATABASE_URL it is a demo on this machine only', async (t) => {
  const config = readConfig({})
  t.match(config, { demo: true, host: '127.0.0.1', port: 3000, maxUploadBytes: 5 * 1024 ** 3 })
  t.equal(config.publicUrl.origin, 'http://127.0.0.1:3000')
  t.equal(readConfig({ HOST: '::1', PORT: '8080' }).publicUrl.origin, 'http://[::1]:8080')
  for (const HOST of ['0.0.0.0', '::', '192.168.1.4', 'tickmark.firm.example', '127.evil.example']) {
    t.throws(() => readConfig({ HOST }), BadConfig, HOST)
  }
})

t.test('with DATABASE_URL the rest is required and each thing missing is named', async (t) => {
  t.equal(readConfig(production).demo, false)
  for (const name of ['QUEUE_DATABASE_URL', 'PUBLIC_URL', 'SECRET', 'SMTP_URL'] as const) {
    t.throws(() => readConfig({ ...production, [name]: undefined }), { message: new RegExp(`${name} is missing`) })
    t.throws(() => readConfig({ ...production, [name]: '' }), { message: new RegExp(`${name} is missing`) })
  }
  t.throws(() => readConfig({ DATABASE_URL: production.DATABASE_URL }), { message: /QUEUE_DATABASE_URL[\s\S]*PUBLIC_URL[\s\S]*SECRET[\s\S]*SMTP_URL/ }, 'all at once')
  t.equal(readConfig({ ...production, HOST: '0.0.0.0', NODE_ENV: 'development' }).demo, false, 'whatever NODE_ENV says')
})

t.test('what is weak or wrong is refused with its name', async (t) => {
  const bad: Record<string, readonly string[]> = {
    SECRET: ['short', 'a'.repeat(64), 'abababababababababababababababababab'],
    PUBLIC_URL: ['http://tickmark.firm.example', 'ftp://tickmark.firm.example', 'tickmark', 'https://firm.example/tickmark', 'https://firm.example/?a=1'],
    SMTP_URL: ['http://mail.firm.example', 'mail'],
    DATABASE_URL: ['mysql://x', 'x'],
    PORT: ['-1', '65536', 'x', '1.5'],
    TRUSTED_PROXIES: ['1', 'proxy', '10.0.0.0/33', '10.0.0.0/8,x', '::/129'],
    MAX_UPLOAD_BYTES: ['0', 'x', '1023'],
    LOG_LEVEL: ['loud'],
    MAIL_FROM: ['a@b.example\r\nBcc: c@d.example'],
  }
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) {
      t.throws(() => readConfig({ ...production, [name]: value }), { message: new RegExp(name) }, `${name}=${JSON.stringify(value)}`)
    }
  }
  t.same(readConfig({ ...production, TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies, ['10.0.0.0/8', '::1'])
})

t.test('migrating needs the owner', async (t) => {
  t.throws(() => readMigrateConfig({}), { message: /OWNER_DATABASE_URL is missing/ })
  t.match(readMigrateConfig({ OWNER_DATABASE_URL: 'postgres://owner@db/tickmark', QUEUE_DATABASE_URL: 'postgres://queue@db/tickmark' }), { ownerUrl: 'postgres://owner@db/tickmark' })
})

t.test('loopback is an address of this machine and nothing that looks like one', async (t) => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', '[::1]', 'localhost', '::ffff:127.0.0.1']) t.ok(isLoopback(host), host)
  for (const host of ['', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1', '128.0.0.1', '::2']) t.notOk(isLoopback(host), host)
})

t.test('every variable that is read stands in .env.example with a line of meaning, and none else', async (t) => {
  const source = readFileSync(new URL('../server/config.ts', import.meta.url), 'utf8')
  const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const read = [...new Set([...source.matchAll(/^ {2,4}([A-Z][A-Z_]+): (?:z|postgresUrl)/gm)].map((match) => match[1]!))].toSorted((a, b) => a < b ? -1 : 1)
  const explained = [...example.matchAll(/^# .+\n([A-Z_]+)=/gm)].map((match) => match[1]!).toSorted((a, b) => a < b ? -1 : 1)
  t.ok(read.length >= 13)
  t.same(explained, read)
})
