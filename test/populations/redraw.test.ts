import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { draw } from '../../server/populations/draw.ts'
import { readWish, redraw } from '../../server/populations/redraw.command.ts'
import { stratified } from '../../server/populations/strata.ts'
import { systematic } from '../../server/populations/systematic.ts'

const folder = mkdtempSync(join(tmpdir(), 'tickmark-redraw-'))
const file = join(folder, 'changes.csv')
const rows = Array.from({ length: 60 }, (_, index) => ({ key: `CHG-${1001 + index}`, type: index % 5 === 0 ? 'emergency' : 'normal', day: `2026-0${1 + index % 9}-15T12:00:00Z` }))
writeFileSync(file, `change_id,type,deployed_at\n${rows.map(({ key, type, day }) => `${key},${type},${day}`).join('\n')}\nCHG-2001,normal,2026-10-01T02:10:00Z\nCHG-2002,normal,2025-10-01T03:55:00Z\nCHG-2003,normal,\n`)

const seed = '7f3c9a1e2b4d50687f3c9a1e2b4d5068'
const base = [file, '--key', 'change_id', '--seed', seed]
const again = async (...args: string[]) => redraw(readWish([...base, ...args]))
const all = [...rows.map(({ key }) => key), 'CHG-2001', 'CHG-2002', 'CHG-2003']
const period = ['--date', 'deployed_at', '--from', '2025-10-01', '--to', '2026-09-30']

t.test('the file alone gives the items of every method, and what follows them', async (t) => {
  t.strictSame(await again('-n', '7'), draw(all, seed, 7).map(({ key }) => key))
  t.strictSame(await again('-n', '4', '--skip', '7'), draw(all, seed, 11).slice(7).map(({ key }) => key))
  t.strictSame(await again('-n', '7', '--method', 'systematic'), systematic(all, seed, 7).map(({ key }) => key))
  const layered = [...rows.map(({ key, type }) => ({ key, stratum: type })), ...['CHG-2001', 'CHG-2002', 'CHG-2003'].map((key) => ({ key, stratum: 'normal' }))]
  t.strictSame(await again('-n', '7', '--stratum', 'type'), stratified(layered, seed, 7).map(({ key }) => key))
  t.equal((await again('--method', 'all')).length, 63)
  t.strictSame(await again('-n', '3', '--filter', 'type=emergency'), draw(rows.filter(({ type }) => type === 'emergency').map(({ key }) => key), seed, 3).map(({ key }) => key))
})

t.test('the period is that of its zone, and a row without a date stays in scope', async (t) => {
  const local = await again('-n', '62', ...period, '--zone', 'America/New_York')
  t.ok(local.includes('CHG-2001'), '02:10 UTC on October 1 is still September 30 in New York')
  t.notOk(local.includes('CHG-2002'), '03:55 UTC on October 1, 2025 is still the day before the period there')
  t.ok(local.includes('CHG-2003'))
  const utc = await again('-n', '62', ...period, '--zone', 'UTC')
  t.notOk(utc.includes('CHG-2001'))
  t.ok(utc.includes('CHG-2002'))
})

t.test('times that say no zone are those of the period, or of the zone named', async (t) => {
  const naive = join(folder, 'naive.csv')
  writeFileSync(naive, 'id,at\nfirst,2025-10-01 00:00\nlast,2026-09-30 23:59\nafter,2026-10-01 00:30\n')
  const keys = async (...args: string[]) => (await redraw(readWish([naive, '--key', 'id', '--seed', seed, '--method', 'all', '--date', 'at', ...period.slice(2), '--zone', 'America/New_York', ...args]))).toSorted()
  t.strictSame(await keys(), ['first', 'last'])
  t.strictSame(await keys('--times', 'UTC'), ['after', 'last'], 'midnight in UTC is the evening before in New York')
})

t.test('day and month are as somebody says where the dates leave it open', async (t) => {
  const open = join(folder, 'open.csv')
  writeFileSync(open, 'id,day\na,03/04/2026\nb,05/06/2026\n')
  const keys = async (order: string) => redraw(readWish([open, '--key', 'id', '--seed', seed, '--method', 'all', '--date', 'day', '--from', '2026-03-01', '--to', '2026-03-31', '--zone', 'UTC', order]))
  t.strictSame(await keys('--month-first'), ['a'])
  await t.rejects(keys('--day-first'), { name: 'Refused', message: /0 items/ })
})

t.test('tabs, JSON lines and commas give the same items', async (t) => {
  const each = rows.slice(0, 12)
  const files = {
    'list.csv': `id,type\n${each.map(({ key, type }) => `${key},${type}\n`).join('')}`,
    'list.tsv': `id\ttype\n${each.map(({ key, type }) => `${key}\t${type}\n`).join('')}`,
    'list.jsonl': each.map(({ key, type }) => `${JSON.stringify({ id: key, type })}\n`).join(''),
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text)
    t.strictSame(await redraw(readWish([join(folder, name), '--key', 'id', '--seed', seed, '-n', '5', '--skip', '0'])), draw(each.map(({ key }) => key), seed, 5).map(({ key }) => key), name)
  }
})

t.test('what cannot be drawn again is said and nothing else', async (t) => {
  const twice = join(folder, 'twice.csv')
  writeFileSync(twice, 'id,day\na,03/04/2026\na,05/06/2026\n')
  for (const [args, words] of [
    [['--seed', seed, '-n', '1'], /Name one file/], [[file, '--seed', seed, '-n', '1'], /--key/], [[file, '--key', 'change_id', '-n', '1'], /--seed/],
    [[...base], /-n is a whole number/], [[...base, '-n', '1.5'], /-n is a whole number/], [[...base, '-n', '1', '--colour'], /--colour/],
    [[...base, '-n', '1', '--method', 'lottery'], /--method is one of/], [[...base, '-n', '1', '--method', 'stratified'], /--stratum/],
    [[...base, '-n', '1', '--filter', 'type'], /COLUMN=VALUE/], [[...base, '-n', '1', '--filter', 'kind=x'], /no column “kind”/], [[...base, '-n', '99'], /99 cannot be drawn from a population of 63/],
    [[...base, '-n', '1', ...period], /--zone/], [[...base, '-n', '1', ...period, '--zone', 'Mars/Base'], /not a time zone/], [[...base, '-n', '1', '--skip', '1', '--method', 'systematic'], /one order/],
    [[join(folder, 'absent.csv'), '--key', 'a', '--seed', seed, '-n', '1'], /no file/], [[twice, '--key', 'id', '--seed', seed, '-n', '1'], /both “a”/],
    [[twice, '--key', 'id', '--seed', seed, '-n', '1', '--date', 'day', '--from', '2026-01-01', '--to', '2026-12-31', '--zone', 'UTC'], /--day-first or --month-first/],
    [[...base, '-n', '1', '--day-first'], /--day-first says nothing without --date/], [[...base, '-n', '1', ...period, '--zone', 'UTC', '--day-first', '--month-first'], /not both/],
    [[...base, '-n', '1', '--skip', '-1'], /--skip/], [[folder, '--key', 'a', '--seed', seed, '-n', '1'], /no file/],
  ] as const) {
    await t.rejects(Promise.resolve().then(async () => redraw(readWish(args))), { name: 'Refused', message: words }, args.join(' '))
  }
})

t.test('as a command it prints the keys alone, and a refusal with exit code 2', async (t) => {
  const root = new URL('../../', import.meta.url)
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { scripts: { redraw: string } }
  const [, ...words] = scripts.redraw.split(' ')
  const run = (...args: string[]) => spawnSync(process.execPath, [...words, ...args], { encoding: 'utf8', env: {}, cwd: root })
  const well = run(...base, '-n', '3')
  t.match(well, { status: 0, stdout: draw(all, seed, 3).map(({ key }) => `${key}\n`).join(''), stderr: '' })
  t.match(run(...base, '-n', '0'), { status: 2, stdout: '', stderr: /whole number/ })
  t.match(run(folder, '--key', 'a', '--seed', seed, '-n', '1'), { status: 2, stdout: '', stderr: /^There is no file/ })
  t.match(run('--help'), { status: 0, stdout: /--seed SEED/ })
})
