import { createHash } from 'node:crypto'
import { stringify } from 'csv-stringify/sync'
import { guardFormula, printable } from '../sheets/cells.ts'
import type { BundleWish, Listed } from './bundle.ts'

/** Of what the archive is, for the head of its index. */
export type BundleFacts = BundleWish & { readonly client: string, readonly system: string, readonly firm: string, readonly at: string, readonly exporter: string, readonly zone: string }

const states = { inside: 'Inside', left_out: 'Left out', damaged: 'Damaged' } as const
const kinds = { evidence: 'Evidence', answer: 'Answer', thread: 'Thread', marked: 'Marked', sample: 'Sample' } as const

/** The index in three forms and the list that sha256sum checks, in the order in which they are put last. */
export function indexFiles(facts: BundleFacts, listed: readonly Listed[]): { path: string, pieces: Iterable<Buffer> }[] {
  const files = [
    { path: 'index.csv', pieces: [...bytesOf(csv(listed))] }, { path: 'index.json', pieces: [...bytesOf(json(facts, listed))] }, { path: 'index.html', pieces: [...bytesOf(html(facts, listed))] },
  ]
  const own = files.map(({ path, pieces }): [string, string] => [path, pieces.reduce((hash, piece) => hash.update(piece), createHash('sha256')).digest('hex')])
  return [...files, { path: 'SHA256SUMS', pieces: bytesOf(sums([...listed.flatMap(({ path, sha256 }) => (path === null ? [] : [[path, sha256] as const])), ...own])) }]
}

function* sums(files: Iterable<readonly [string, string]>) {
  for (const [path, sha256] of files) yield `${sha256}  ${path}\n`
}

function* csv(listed: readonly Listed[]) {
  yield '\uFEFF'
  yield stringify([['State', 'Why', 'What', 'Request', 'Version', 'File', 'Name as sent', 'Bytes', 'SHA-256', 'Path']], { record_delimiter: '\r\n' })
  for (const { state, why, kind, request, version, file, name, bytes, sha256, path } of listed) {
    const texts = [states[state], why, kinds[kind], request, version, file, name].map(guardFormula)
    yield stringify([[...texts, bytes, sha256, guardFormula(path ?? '')]], { record_delimiter: '\r\n', quoted_match: /[\r\n]/ })
  }
}

function* json(facts: BundleFacts, listed: readonly Listed[]) {
  yield `{"archive":${JSON.stringify(facts)},"entries":[`
  for (const [place, one] of listed.entries()) yield `${place > 0 ? ',' : ''}\n${JSON.stringify(one)}`
  yield '\n]}\n'
}

function* html(facts: BundleFacts, listed: readonly Listed[]) {
  const count = (state: Listed['state']) => listed.filter((one) => one.state === state).length.toLocaleString('en-US')
  yield `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${safe(`Evidence, ${facts.client}`)}</title><style>
body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#1e1d1a;background:#fff}table{border-collapse:collapse;width:100%}th,td{border:1px solid #c9c5ba;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eeece6}
.left_out td{color:#5c584f}.damaged td{background:#fdeceb}td.n{text-align:right;white-space:nowrap}code{font-size:12px}@media print{body{margin:0;font-size:9px}}</style></head><body>
<h1>Evidence of ${safe(facts.client)}, ${safe(facts.system)}</h1>
<p>${safe(facts.copy === 'firm' ? `A copy for ${facts.firm}. It holds notes and workpapers of the firm.` : `A copy for ${facts.client}. It holds what was sent, answered and written between the two; no workpaper of the firm.`)}
Made ${safe(facts.at)} by ${safe(facts.exporter)}, with ${facts.versions === 'all' ? 'every version that was submitted' : 'the newest version of each answer'}.</p>
<p><b>${count('inside')}</b> inside, <b>${count('left_out')}</b> left out, <b>${count('damaged')}</b> damaged. To check every file: <code>sha256sum -c SHA256SUMS</code></p>
<table><thead><tr><th>State</th><th>What</th><th>Request</th><th>Name as sent, and where it is</th><th>Bytes</th><th>SHA-256</th></tr></thead><tbody>
`
  for (const { state, why, kind, request, version, file, name, bytes, sha256, path } of listed) {
    const link = path === null ? '' : `<br><a href="${safe(path.split('/').map(encodeURIComponent).join('/'))}">${safe(path)}</a>`
    yield `<tr class="${state}"><td>${states[state]}${why === '' ? '' : `: ${safe(why)}`}</td><td>${kinds[kind]}</td><td>${safe([request, version, file].filter(Boolean).join(' '))}</td><td>${safe(name)}${link}</td><td class="n">${bytes === null ? '' : bytes.toLocaleString('en-US')}</td><td><code>${sha256}</code></td></tr>\n`
  }
  yield '</tbody></table></body></html>\n'
}

function safe(text: string): string {
  return printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

function* bytesOf(texts: Iterable<string>) {
  let waiting = ''
  for (const text of texts) {
    waiting += text
    if (waiting.length < 65_536) continue
    yield Buffer.from(waiting)
    waiting = ''
  }
  if (waiting !== '') yield Buffer.from(waiting)
}
