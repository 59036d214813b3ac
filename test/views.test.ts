import t from 'tap'
import { renderTemplate } from '../server/web/view.ts'
import { openBrowser } from './support/browser.ts'
import { naughty, samplesWith } from './support/samples.ts'
import { places, readSources, type Sources } from './support/sources.ts'
import { faultsOf, markupOf, pageKeys } from './support/templates.ts'

const views = readSources(['views'], ['.hbs'])
const pages = Object.fromEntries(Object.entries(views).filter(([path]) => !/^views\/(mail\/|partials\/mail-)/.test(path)))

type Check = { readonly title: string, readonly sources: Sources, readonly breaches: (sources: Sources) => string[], readonly bad: readonly string[] }

const checks: readonly Check[] = [
  {
    title: 'every template parses, knows its helpers and finds its partials',
    sources: views,
    breaches: (sources) => Object.entries(sources).flatMap(([path, text]) => faultsOf(path, text, views)),
    bad: ['{{#if a}}', '{{nosuch a}}', '{{> nosuch}}', "{{icon 'nosuch'}}", "{{state 'request' 'nosuch'}}", "{{state 'nosuch' a}}"],
  },
  {
    title: 'pages have no inline style, script or handler, which the content policy would drop',
    sources: pages,
    breaches: (sources) => matches(markupOf(sources), /\sstyle\s*=|<style\b|<script\b(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:|\shx-on/gi),
    bad: ['<p style="color:red">', '<style>', '<script>a()</script>', '<p onclick="a()">', '<a href="javascript:a()">'],
  },
  {
    title: 'every attribute is quoted',
    sources: views,
    breaches: (sources) => matches(markupOf(sources), /<[a-z](?:"[^"]*"|[^"<>])*?\s[a-z-]+=(?!["])/gi),
    bad: ['<p class={{a}}>', '<p id=a>', "<p title='{{a}}'>"],
  },
  {
    title: 'an address is written by us or checked by path, web or asset',
    sources: views,
    breaches: (sources) => matches(sources, /\b(href|src|srcset|action|formaction|poster|data|cite|ping)="(?!\/(?!\/)|#|\?|https:\/\/|mailto:|cid:|\{\{(path|web|asset) )/gi),
    bad: ['<a href="{{url}}">', '<img src="//elsewhere">', '<form action="{{#if a}}{{b}}{{/if}}">', '<a href="data:text/html,x">'],
  },
  {
    title: 'nothing is loaded from elsewhere',
    sources: pages,
    breaches: (sources) => matches(sources, /<(script|link|img|iframe|object|embed)\b[^>]*(https?:)?\/\/[a-z]/gi),
    bad: ['<script src="https://cdn.example/a.js"></script>'],
  },
]

for (const check of checks) {
  t.test(check.title, async (t) => {
    t.strictSame(check.breaches(check.sources), [])
    for (const sample of check.bad) t.not(check.breaches({ 'views/bad.hbs': sample }).length, 0, `catches ${sample}`)
  })
}

t.test('each page has its model and each model its page', async (t) => {
  const templates = Object.keys(pages).map((path) => path.slice('views/'.length, -'.hbs'.length)).filter((name) => !/^(layouts|partials)\//.test(name))
  const models = Object.values(readSources(['server'], ['.ts'])).flatMap(pageKeys)
  t.strictSame(templates.toSorted(), models.toSorted())
  t.strictSame(pageKeys("declare module '../web/view.ts' {\n  interface Pages {\n    'a/b': A\n    'a/c': { d: 'e/f' }\n  }\n}\n"), ['a/b', 'a/c'])
})

t.test('each mail has its text beside it', async (t) => {
  const mails = Object.keys(views).filter((path) => path.startsWith('views/mail/'))
  for (const path of mails.filter((name) => !name.endsWith('.text.hbs'))) t.ok(mails.includes(path.replace('.hbs', '.text.hbs')), path)
})

t.test('words that somebody typed never change the shape of a page', async (t) => {
  const { newPage } = await openBrowser(t)
  const page = await newPage()
  const names = new Set(Object.keys(samplesWith('')).map((name) => name.split(' ')[0] ?? ''))
  const kept = Object.keys(views).map((path) => path.slice('views/'.length, -'.hbs'.length)).filter((name) => /^(layouts|partials)\//.test(name))
  t.strictSame([...names].toSorted(), kept.toSorted(), 'every partial and layout has a sample')
  const shapeOf = async (documents: Record<string, string>) => await page.evaluate<Record<string, string[]>>(`(${shapes})(${JSON.stringify(documents)})`)
  const calm = await shapeOf(rendered('calm'))
  for (const text of naughty) t.strictSame(await shapeOf(rendered(text)), calm, encodeURIComponent(text).slice(0, 60))
  t.notSame(await shapeOf({ a: '<p title=""><b></b></p>' }), await shapeOf({ a: '<p title="<b></b>"></p>' }), 'a changed shape is seen')
})

function rendered(text: string): Record<string, string> {
  return Object.fromEntries(Object.entries(samplesWith(text)).map(([name, model]) => [name, renderTemplate(name.split(' ')[0] ?? '', model)]))
}

/** Runs in the browser: names of elements and attributes of each document, without their values. */
const shapes = `(documents) => Object.fromEntries(Object.entries(documents).map(([name, html]) => {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  return [name, [...parsed.querySelectorAll('*')].map((element) => element.tagName + [...element.attributes].map((attribute) => ' ' + attribute.name).join(''))]
}))`

function matches(sources: Sources, pattern: RegExp): string[] {
  return Object.entries(sources).flatMap(([path, text]) => places(path, text, pattern))
}
