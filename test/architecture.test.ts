import t from 'tap'
import { circles, wrongFloors } from './support/floors.ts'
import { importsOf, places, readSources, withoutTexts, type Sources } from './support/sources.ts'

const server = readSources(['server'], ['.ts'])
const programs = readSources(['server', 'test', 'migrations'], ['.ts'])
const scripts = readSources(['static'], ['.js'])
const views = readSources(['views'], ['.hbs'])

/** Each law of the house: what it says, where it holds, what breaks it, and a sample that must be caught. */
type Law = { readonly title: string, readonly sources: Sources, readonly breaches: (sources: Sources) => string[], readonly bad: readonly Sources[] }

const laws: readonly Law[] = [
  {
    title: 'rooms import in their order, and each kind of file only what it may',
    sources: server,
    breaches: wrongFloors,
    bad: [
      { 'server/web/view.ts': "import { find } from '../requests/store.ts'" },
      { 'server/access/guard.ts': "import type { A } from '../accounts/rules.ts'" },
      { 'server/requests/rules.ts': "import { next } from '../testing/rules.ts'" },
      { 'server/testing/store.ts': "import { list } from '../requests/store.ts'" },
      { 'server/requests/actions.ts': "import { sign } from '../testing/actions.ts'" },
      { 'server/testing/routes.ts': "import { submit } from '../requests/actions.ts'" },
      { 'server/testing/pages.ts': "import { routes } from '../requests/routes.ts'" },
      { 'server/requests/actions.ts': "import { load } from '../demo/load.ts'" },
      { 'server/requests/rules.ts': "import { submit } from './actions.ts'" },
      { 'server/matrix/layout.ts': "import { list } from '../testing/store.ts'" },
      { 'server/app.ts': "import '../server/trail/verify.command.ts'" },
      { 'server/helpers/one.ts': "import { z } from '../errors.ts'" },
      { 'server/requests/rules.ts': "const { sign } = await import('../testing/rules.ts')" },
    ],
  },
  {
    title: 'no imports go in a circle',
    sources: programs,
    breaches: circles,
    bad: [
      { 'server/a.ts': "import './b.ts'", 'server/b.ts': "import { c } from './c.ts'", 'server/c.ts': "export { a } from './a.ts'" },
      { 'server/web/a.ts': "import type { A } from './a.ts'" },
    ],
  },
  {
    title: 'no program file is longer than 250 lines',
    sources: programs,
    breaches: (sources) => Object.entries(sources).filter(([, text]) => text.trimEnd().split('\n').length > 250).map(([path]) => path),
    bad: [{ 'server/long.ts': 'x\n'.repeat(251) }],
  },
  {
    title: 'every folder of tests has a room.ts, which runs them',
    sources: programs,
    breaches: (sources) => [...new Set(Object.keys(sources).filter((path) => /^test\/.+\/[^/]+\.test\.ts$/.test(path)).map((path) => path.replace(/[^/]+$/, 'room.ts')))]
      .filter((room) => !sources[room]?.includes('await runInTurn(import.meta.dirname)')),
    bad: [{ 'test/requests/rules.test.ts': '' }, { 'test/requests/deep/rules.test.ts': '', 'test/requests/room.ts': 'await runInTurn(import.meta.dirname)' }],
  },
  {
    title: 'the environment is read in config.ts only',
    sources: server,
    breaches: (sources) => matches(sources, /\bprocess\s*(\.\s*env\b|\[\s*'env')|import\s*\{[^}]*\benv\b[^}]*\}\s*from\s*'(node:)?process'/g, ['server/config.ts']),
    bad: [{ 'server/web/http.ts': 'const port = process.env.PORT' }, { 'server/app.ts': "import { env } from 'node:process'" }],
  },
  {
    title: 'a package that is dangerous or to be replaced has one importer',
    sources: server,
    breaches: (sources) => Object.entries(sources).flatMap(([path, text]) => importsOf(path, text)
      .filter((name) => soleImporters[name] && !soleImporters[name].test(path)).map((name) => `${path} imports ${name}`)),
    bad: [
      { 'server/evidence/actions.ts': "import sharp from 'sharp'" },
      { 'server/accounts/routes.ts': "import { Lucia } from 'lucia'" },
      { 'server/requests/pages.ts': "import Handlebars from 'handlebars'" },
    ],
  },
  {
    title: 'only the demo says when a thing happened',
    sources: server,
    breaches: (sources) => matches(blanked(sources), /\.\.\.\w*[sS]cope\b[^}]*[{,]\s*at\b|\baddress\b[^}\n]*,\s*at(?!: null\b|: Date\b)\b/g, [
      ...Object.keys(sources).filter((path) => path.startsWith('server/demo/')), 'server/scope.ts', 'server/populations/read-actions.ts',
    ]),
    bad: [{ 'server/requests/actions.ts': 'const then = { ...scope, at: new Date(0) }' }, { 'server/access/guard.ts': 'return { actor, address, at }' }, { 'server/access/guard.ts': 'return { actor, address: ip, at: moment }' }],
  },
  {
    title: 'loading a file does nothing, but for main, commands and processes',
    sources: server,
    breaches: (sources) => Object.entries(sources).filter(([path]) => !/server\/main\.ts$|\.(command|process)\.ts$/.test(path))
      .flatMap(([path, text]) => effects(path, text)),
    bad: [{ 'server/a.ts': 'start()\n' }, { 'server/b.ts': 'const rows = await read()\n' }, { 'server/c.ts': 'for (const x of y) x()\n' }, { 'server/d.ts': "process.on('exit', f)\n" }],
  },
  {
    title: 'every route states its permit',
    sources: server,
    breaches: (sources) => Object.entries(sources).filter(([, text]) => {
      const code = withoutTexts(text)
      const routes = code.match(/\b(app|instance|server|fastify|scoped)\s*\.\s*(get|post|put|patch|delete|all|route)\s*(<[^(]*>)?\(/g) ?? []
      return routes.length > (code.match(/\bpermit\b/g) ?? []).length
    }).map(([path]) => path),
    bad: [{ 'server/requests/routes.ts': "app.get('/a', async () => 1)\napp.post<Body>('/b', { config: { permit: 'public' } }, async () => 1)" }],
  },
  {
    title: 'only layouts insert text that is not escaped',
    sources: views,
    breaches: (sources) => matches(sources, /\{\{\{|\{\{~?&/g, Object.keys(sources).filter((path) => path.startsWith('views/layouts/'))),
    bad: [{ 'views/requests/list.hbs': '{{{ask}}}' }, { 'views/a.hbs': '{{& ask}}' }],
  },
  {
    title: 'migrations stand alone',
    sources: readSources(['migrations'], ['.ts']),
    breaches: (sources) => Object.entries(sources).filter(([path, text]) => importsOf(path, text).some((name) => name.startsWith('server/'))).map(([path]) => path),
    bad: [{ 'migrations/001_a.ts': "import { x } from '../server/scope.ts'" }],
  },
  {
    title: 'no barrels and no default exports',
    sources: server,
    breaches: (sources) => matches(blanked(sources), /^export\s+(default\b|\*|\{[^}]*\}\s*from\b)/gm),
    bad: [{ 'server/a.ts': "export * from './b.ts'" }, { 'server/b.ts': 'export default 1' }, { 'server/c.ts': "export { x } from './b.ts'" }],
  },
  {
    title: 'files are named for what they are',
    sources: { ...programs, ...scripts },
    breaches: (sources) => Object.keys(sources).filter((path) => /\/(utils?|common|types|services?|managers?|misc|index)(\.ts|\.js|\/)/.test(path)),
    bad: [{ 'server/web/utils.ts': '' }, { 'server/services/mail.ts': '' }],
  },
  {
    title: 'no check is switched off and nothing is left for later',
    sources: { ...programs, ...scripts },
    breaches: (sources) => matches(sources, /@ts-(ignore|expect-error|nocheck)|(eslint|oxlint)-disable|\b(TODO|FIXME)\b/g, ['test/architecture.test.ts']),
    bad: [{ 'server/a.ts': '// @ts-ignore' }, { 'static/a.js': '// TODO later' }],
  },
]

const soleImporters: Readonly<Record<string, RegExp>> = {
  sharp: /^server\/files\/preview[^/]*\.ts$/,
  lucia: /^server\/access\/session\.ts$/,
  handlebars: /^server\/web\//,
  nodemailer: /^server\/mail\//,
  pg: /^server\/(database|jobs)\//,
}

for (const law of laws) {
  t.test(law.title, async (t) => {
    t.strictSame(law.breaches(law.sources), [])
    for (const sample of law.bad) t.not(law.breaches(sample).length, 0, `catches ${JSON.stringify(sample).slice(0, 100)}`)
  })
}

t.test('the checks read what they claim to read', async (t) => {
  t.ok(Object.keys(server).length > 20 && Object.keys(views).length > 5, 'the sources were found')
  t.strictSame(importsOf('server/a/b.ts', "import x, {\n  y,\n} from '../c.ts'\nimport 'pg'\nconst z = await import('./d.ts')"), ['server/c.ts', 'pg', 'server/a/d.ts'])
  t.equal(withoutTexts("a('b') // c\n`d\ne` /* f */ g.replace(/['`]/g, h)").replaceAll(' ', ''), 'a()\n\ng.replace(,h)')
})

function matches(sources: Sources, pattern: RegExp, except: readonly string[] = []): string[] {
  return Object.entries(sources).filter(([path]) => !except.includes(path)).flatMap(([path, text]) => places(path, text, pattern))
}

function blanked(sources: Sources): Sources {
  return Object.fromEntries(Object.entries(sources).map(([path, text]) => [path, withoutTexts(text)]))
}

/** Statements of the outermost level that do something; setting up what the same file made with `new` is allowed. */
function effects(path: string, text: string): string[] {
  const lines = withoutTexts(text).split('\n')
  const made = new Set([...text.matchAll(/^const (\w+) = new /gm)].map((match) => match[1]))
  return lines.flatMap((line, index) => {
    if (/^(import|export|const|let|type|interface|function|async function|class|abstract class|declare|[\s})\]<,.|&?:+]|$)/.test(line) && !/^(export )?const\b.*=\s*await\b/.test(line)) return []
    return made.has(/^(\w+)\./.exec(line)?.[1]) ? [] : [`${path}:${index + 1}`]
  })
}
