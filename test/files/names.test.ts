import t from 'tap'
import { contentDisposition, displayName, extensionOf, isMisleading, shorten, storedName } from '../../server/files/names.ts'
import { generator } from './bytes.ts'

const naughty = [
  '../../etc/passwd', '..\\..\\windows\\system32\\cmd.exe', 'a\r\nSet-Cookie: x=1.txt', 'a"; filename="b.html', 'a\0.png', 'report\u202Efdp.exe',
  '', '   ', '.', '..', '.htaccess', '/', 'C:\\', 'naïve – Prüfung.xlsx', '証拠 2025.pdf', '🧾.pdf', 'half \ud83e surrogate', '%22%0d%0a.txt',
  "it's (1)*.csv", 'x'.repeat(300), `${'証'.repeat(300)}.pdf`, 'a\u2028b\u2029c', 'tab\there', '<script>alert(1)</script>.svg', 'con', 'a;b=c,d'
]

t.test('a name is stored as sent, whole with its folders, unless it is too long or cannot be stored', async (t) => {
  for (const same of ['../../etc/passwd', 'report 2025.xlsx', 'C:\\fakepath\\a.csv', '証拠.pdf', 'fdp\u202E.exe']) t.equal(storedName(same), same)
  t.equal(storedName('a\0b'), 'a␀b')
  t.equal(storedName('half \ud83e'), 'half \ufffd')
  t.equal(storedName('  '), 'unnamed')
  const long = storedName(`${'🧾'.repeat(300)}.pdf`)
  t.equal([...long].length, 255)
  t.match(long, /^🧾+…🧾+\.pdf$/u)
  t.equal(storedName(`${'🧾'.repeat(300)}.pdf`), long, 'and always in the same way')
  t.equal(storedName('x'.repeat(255)), 'x'.repeat(255))
})

t.test('shortening keeps exactly the count, the start and the extension', async (t) => {
  for (let longest = 20; longest < 100; longest += 7) {
    const short = shorten(`${'a'.repeat(200)}z.xlsx`, longest)
    t.equal([...short].length, longest)
    t.ok(short.startsWith('a') && short.endsWith('.xlsx'))
  }
})

t.test('what hides in a name is made visible to the people who read it', async (t) => {
  t.equal(displayName('report\u202Efdp.exe'), 'report[U+202E]fdp.exe')
  t.equal(displayName('a\0b\r\n\tc\x7fd\x85'), 'a␀b␍␊␉c␡d[U+0085]')
  t.equal(displayName('zero\u200Bwidth\uFEFF'), 'zero[U+200B]width[U+FEFF]')
  t.equal(displayName('../../etc/passwd'), '../../etc/passwd')
  t.equal(displayName('family 👩‍👩‍👧.jpg'), 'family 👩‍👩‍👧.jpg', 'joined emoji stay whole')
  for (const name of naughty) t.notMatch(displayName(name), /[\p{Cc}\p{Bidi_Control}]/u)
})

t.test('only characters that turn the direction make a name misleading', async (t) => {
  for (const code of [0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069]) {
    t.equal(isMisleading(`a${String.fromCodePoint(code)}b.pdf`), true, code.toString(16))
  }
  for (const plain of ['דוח.pdf', 'تقرير.xlsx', 'plain.txt', '']) t.equal(isMisleading(plain), false)
})

t.test('extensions are found at the end of the last part of a name only', async (t) => {
  const cases: [string, string][] = [
    ['a.PNG', 'png'], ['a.tar.gz', 'gz'], ['folder.d/file', ''], ['.htaccess', ''], ['a.', ''], ['a.b c', ''], ['x/y.csv ', 'csv'], ['', '']
  ]
  for (const [name, extension] of cases) t.equal(extensionOf(name), extension, name)
})

t.test('no name can break out of Content-Disposition', async (t) => {
  const next = generator(23)
  const alphabet = ['"', '\\', '/', ';', '=', '\r', '\n', '\0', '%', "'", '*', ' ', '.', 'a', 'é', '証', '🧾', '\u202e', '\ud800', '\u2028']
  const made = Array.from({ length: 500 }, () => Array.from({ length: 1 + Math.floor(next() * 40) }, () => alphabet[Math.floor(next() * alphabet.length)]).join(''))
  for (const name of [...naughty, ...made]) {
    const header = contentDisposition(name, 'attachment')
    const found = /^attachment; filename="([\x20-\x7e]+)"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)$/.exec(header)
    if (!found) {
      t.fail(`not well formed for ${JSON.stringify(name)}: ${header}`)
      continue
    }
    const [, plain = '', extended = ''] = found
    const whole = decodeURIComponent(extended)
    if (/["\\/]/.test(plain) || /[/\\\p{Cc}\p{Bidi_Control}]/u.test(whole) || /^\.+$/.test(whole) || [...whole].length > 255) {
      t.fail(`dangerous for ${JSON.stringify(name)}: ${header}`)
    }
  }
  t.equal(contentDisposition('../../etc/Prüfung.csv', 'inline'), `inline; filename="Pr_fung.csv"; filename*=UTF-8''Pr%C3%BCfung.csv`)
  t.equal(contentDisposition('..', 'attachment'), `attachment; filename="file"; filename*=UTF-8''file`)
})
