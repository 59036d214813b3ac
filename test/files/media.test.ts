import sharp from 'sharp'
import t from 'tap'
import { describeMedia, mismatch } from '../../server/files/extensions.ts'
import { judge } from '../../server/files/media.ts'
import { bytesOf, generator } from './bytes.ts'

const zip = Buffer.from('504b03040a00000000000000210000000000000000000000000005000000612e747874504b0506', 'hex')

t.test('pictures are known by their bytes under any name', async (t) => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const) {
    const bytes = await sharp({ create: { width: 3, height: 2, channels: 3, background: 'red' } }).toFormat(format).toBuffer()
    t.match(await judge(bytes, bytes.length, 'anything'), { mediaType: `image/${format}`, kind: 'image', warnings: [] }, format)
  }
})

t.test('a ZIP named .png is a ZIP, and a sentence says so', async (t) => {
  const judged = await judge(zip, zip.length, 'screenshot.png')
  t.same(judged, { mediaType: 'application/zip', kind: 'zip', warnings: ['The name ends in .png, the content is a ZIP archive.'] })
})

t.test('HTML and SVG are text shown as source, whatever they are called', async (t) => {
  const svg = ['<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', '<?xml version="1.0"?>\n<!-- a -->\n<svg/>', '\ufeff <!DOCTYPE svg PUBLIC "x">\n<svg >']
  const html = ['<!DOCTYPE html><p>', '<html>', '\n <script>alert(1)</script>', '<!-- x --><body onload=1>', '<b>x</b><script>1</script>']
  for (const [texts, mediaType] of [[svg, 'image/svg+xml'], [html, 'text/html']] as const) {
    for (const text of texts) {
      for (const name of ['a.png', 'a.txt', 'a.csv', 'a']) {
        const judged = await judge(Buffer.from(text), Buffer.byteLength(text), name)
        t.match(judged, { mediaType, kind: 'text', warnings: [/can carry script/] }, `${text} as ${name}`)
      }
    }
  }
})

t.test('tables, mail, JSON and plain text are told apart by what they hold', async (t) => {
  const cases: [string, string, string, string][] = [
    ['id,name,when\n1,"a,b",x\n2,c,y\n3,d,z\n', 'users.csv', 'text/csv', 'csv'],
    ['id;name\n1;a\n2;b\n3;c\n', 'no extension', 'text/csv', 'csv'],
    ['id\tname\n1\ta\n2\tb\n3\tc\n', 'export.txt', 'text/tab-separated-values', 'csv'],
    ['only one column\nmore\n', 'list.csv', 'text/csv', 'csv'],
    ['Dear all,\nplease find,\nthe list,\n', 'letter.txt', 'text/plain', 'text'],
    ['BMW and MZ are words\n', 'note.txt', 'text/plain', 'text'],
    ['{"a": [1, 2]}', 'config', 'application/json', 'text'],
    ['{not json', 'config', 'text/plain', 'text'],
    ['<?xml version="1.0"?><report/>', 'a.xml', 'application/xml', 'text'],
    ['Received: by x\nFrom: a@b.example\nSubject: Hi\n folded\nDate: today\n\nbody', 'a.eml', 'message/rfc822', 'mail'],
    ['From: me\nto you\n', 'a.txt', 'text/plain', 'text'],
    ['{\\rtf1 hello}', 'a.rtf', 'application/rtf', 'office'],
    ['%PDF-1.7\n1 0 obj\n', 'a.pdf', 'application/pdf', 'pdf']
  ]
  for (const [text, name, mediaType, kind] of cases) {
    t.same(await judge(Buffer.from(text), Buffer.byteLength(text), name), { mediaType, kind, warnings: [] }, text.slice(0, 20))
  }
})

t.test('Office files and Outlook messages are known inside their containers', async (t) => {
  const open = (inner: string) => Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), Buffer.from(`[Content_Types].xml....${inner}`)])
  const old = (stream: string) => Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(504), Buffer.from(stream, 'utf16le')])
  t.match(await judge(open('xl/workbook.xml'), 9e5, 'a.xlsx'), { kind: 'office', warnings: [] })
  t.match(await judge(open('word/document.xml word/vbaProject.bin'), 9e5, 'a.docx'), { kind: 'office', warnings: [/macros/] })
  t.match(await judge(old('Workbook'), 9e5, 'a.xls'), { mediaType: 'application/vnd.ms-excel', kind: 'office', warnings: [] })
  t.match(await judge(old('__nameid_version1.0'), 9e5, 'a.msg'), { kind: 'mail', warnings: [] })
  t.match(await judge(old('EncryptedPackage'), 9e5, 'a.xlsx'), { kind: 'office', warnings: [/password/] })
  t.match(await judge(old('who knows'), 9e5, 'a.doc'), { kind: 'office', warnings: [] })
})

t.test('programs and names that turn direction carry a warning', async (t) => {
  const elf = Buffer.concat([Buffer.from('7f454c46020101000000000000000000', 'hex'), Buffer.alloc(64)])
  t.match(await judge(elf, elf.length, 'report\u202Efdp.exe'), { kind: 'other', warnings: [/is a program/, /turn the reading direction/] })
})

t.test('text is known in every usual encoding, also where the head cuts a character', async (t) => {
  const words = 'Prüfung der Zugänge, erstellt für 3 Systeme\n'
  const encodings: [string, Buffer][] = [
    ['UTF-8', Buffer.from(words)], ['UTF-8 with a mark', Buffer.from(`\ufeff${words}`)], ['Latin-1', Buffer.from(words, 'latin1')],
    ['UTF-16 little', Buffer.from(`\ufeff${words}`, 'utf16le')], ['UTF-16 big', Buffer.from(`\ufeff${words}`, 'utf16le').swap16()],
    ['coloured log', Buffer.from(`\u001b[31m${words}`)]
  ]
  for (const [title, bytes] of encodings) t.match(await judge(bytes, bytes.length, 'a.txt'), { kind: 'text', warnings: [] }, title)
  const cut = Buffer.from('ü'.repeat(40_000)).subarray(0, 65_535)
  t.match(await judge(cut, 80_000, 'a.txt'), { mediaType: 'text/plain' })
})

t.test('any bytes at all are judged without an error', async (t) => {
  const next = generator(29)
  const starts = ['', 'PK\x03\x04', '\x89PNG\r\n\x1a\n', 'RIFF', 'II*\0', 'MZ', '%PDF-', '\xff\xd8\xff', '\0\0\0\x20ftyp', 'ID3', '\x1f\x8b', '0&\xb2u\x8ef\xcf\x11\xa6\xd9\0\xaa\0b\xcel', '<svg', '\xff\xfe']
  for (let round = 0; round < 300; round += 1) {
    const start = Buffer.from(starts[round % starts.length] ?? '', 'latin1')
    const bytes = Buffer.concat([start, bytesOf(next, Math.floor(next() * 3000))])
    const judged = await judge(bytes, bytes.length + Math.floor(next() * 2), 'a.bin')
    if (!/^[\w.+-]+\/[\w.+-]+/.test(judged.mediaType)) t.fail(JSON.stringify(judged))
  }
})

t.test('mismatch speaks only of extensions it knows, and agrees with what they may hold', async (t) => {
  t.equal(mismatch('a.JPG', 'image/png'), 'The name ends in .jpg, the content is a PNG image.')
  t.equal(mismatch('a.csv', 'text/plain'), undefined)
  t.equal(mismatch('a.sql', 'text/plain'), undefined)
  t.equal(mismatch('a.constructor', 'text/plain'), undefined)
  t.equal(mismatch('a.pdf', 'video/mp4'), 'The name ends in .pdf, the content is of the type video/mp4.')
  t.equal(describeMedia('application/octet-stream'), 'of no known type')
})
