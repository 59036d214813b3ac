type OfficeFile = { mediaType: string, kind: 'office' | 'mail', warnings: string[] }

const openFormats: [folder: string, mediaType: string][] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation']
]

const oldFormats: [stream: string, mediaType: string, kind: 'office' | 'mail'][] = [
  ['EncryptedPackage', 'application/x-ole-storage', 'office'],
  ['__properties_version1.0', 'application/vnd.ms-outlook', 'mail'],
  ['__nameid_version1.0', 'application/vnd.ms-outlook', 'mail'],
  ['WordDocument', 'application/msword', 'office'],
  ['Workbook', 'application/vnd.ms-excel', 'office'],
  ['PowerPoint Document', 'application/vnd.ms-powerpoint', 'office']
]

const oleSignature = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** Knows Office files by what stands inside their container: ZIP with a part list, or the older compound file. */
export function judgeOffice(head: Buffer): OfficeFile | undefined {
  if (head.subarray(0, 8).equals(oleSignature)) return judgeCompound(head)
  const isPackage = head.subarray(0, 4).toString('latin1') === 'PK\x03\x04' && head.includes('[Content_Types].xml')
  if (!isPackage) return undefined
  const format = openFormats.find(([folder]) => head.includes(folder))
  const macros = head.includes('vbaProject.bin')
  return format && { mediaType: format[1], kind: 'office', warnings: macros ? ['The document carries macros. They are kept and never run here.'] : [] }
}

function judgeCompound(head: Buffer): OfficeFile {
  const format = oldFormats.find(([stream]) => head.includes(Buffer.from(stream, 'utf16le')))
  const warnings = format?.[0] === 'EncryptedPackage' ? ['The document is locked by a password. Ask for a copy without one.'] : []
  return { mediaType: format?.[1] ?? 'application/x-ole-storage', kind: format?.[2] ?? 'office', warnings }
}
