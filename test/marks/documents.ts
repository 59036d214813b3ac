import { crc32 } from 'node:zlib'

/** A PDF of so many pages, each with one line of text; `password` marks it as encrypted. */
export function pdf(pages: number, { encrypted = false, script = false } = {}): Buffer {
  const objects: string[] = []
  const kids = Array.from({ length: pages }, (_, index) => `${4 + index * 2} 0 R`).join(' ')
  objects.push(`<< /Type /Catalog /Pages 2 0 R${script ? ' /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>' : ''} >>`)
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`)
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  for (let page = 1; page <= pages; page++) {
    const words = `BT /F1 24 Tf 72 700 Td (Access review, page ${page}) Tj ET`
    objects.push(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${5 + (page - 1) * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`)
    objects.push(`<< /Length ${words.length} >>\nstream\n${words}\nendstream`)
  }
  let text = '%PDF-1.4\n'
  const offsets = objects.map((body, index) => {
    const at = text.length
    text += `${index + 1} 0 obj\n${body}\nendobj\n`
    return at
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}`
  const locked = encrypted ? ` /Encrypt << /Filter /Standard /V 1 /R 2 /O <${'28'.repeat(32)}> /U <${'00'.repeat(32)}> /P -4 >> /ID [<01> <01>]` : ''
  return Buffer.from(`${text}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${locked} >>\nstartxref\n${start}\n%%EOF\n`, 'latin1')
}

export const mail = Buffer.from([
  'From: Noor Haddad <noor@paysmart.example>', 'To: tom@harlowpine.example', 'Subject: =?utf-8?q?Caf=C3=A9_access?=', 'Date: Fri, 20 Nov 2026 10:00:00 -0500',
  'Message-ID: <1@paysmart.example>', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/html; charset=utf-8', '',
  '<p>The list is <b>attached</b>.</p><script>alert(1)</script>', '--b', 'Content-Type: text/csv', 'Content-Disposition: attachment; filename="list.csv"', '', 'a,b', '--b--', '',
].join('\r\n'))

/** An archive of files that are stored as they are, by name. */
export function zip(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content)
    const names = Buffer.from(name)
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(0x800, 2)
    facts.writeUInt16LE(0x5b75, 8)
    facts.writeUInt32LE(crc32(bytes), 10)
    facts.writeUInt32LE(bytes.length, 14)
    facts.writeUInt32LE(bytes.length, 18)
    facts.writeUInt16LE(names.length, 22)
    parts.push(Buffer.from('PK\x03\x04'), facts, names, bytes)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00'), facts, place, names)
    at += 30 + names.length + bytes.length
  }
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end])
}
