import { extensionOf } from './names.ts'

const ole = 'application/x-ole-storage'
const open = 'application/vnd.openxmlformats-officedocument'
const plain = ['text/plain', 'text/csv', 'text/tab-separated-values', 'application/json', 'message/rfc822', 'application/xml']

const contentOf: Record<string, string[]> = {
  png: ['image/png', 'image/apng'],
  jpg: ['image/jpeg'], jpeg: ['image/jpeg'], jfif: ['image/jpeg'],
  gif: ['image/gif'], webp: ['image/webp'], bmp: ['image/bmp'], avif: ['image/avif'],
  tif: ['image/tiff'], tiff: ['image/tiff'],
  heic: ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence'],
  svg: ['image/svg+xml'],
  pdf: ['application/pdf'],
  zip: ['application/zip'], gz: ['application/gzip'], tar: ['application/x-tar'], '7z': ['application/x-7z-compressed'],
  docx: [`${open}.wordprocessingml.document`, ole], xlsx: [`${open}.spreadsheetml.sheet`, ole],
  pptx: [`${open}.presentationml.presentation`, ole],
  doc: ['application/msword', 'application/rtf', ole], ppt: ['application/vnd.ms-powerpoint', ole],
  xls: ['application/vnd.ms-excel', ole],
  msg: ['application/vnd.ms-outlook', ole], eml: ['message/rfc822', 'text/plain'],
  rtf: ['application/rtf'], html: ['text/html', 'text/plain'], htm: ['text/html', 'text/plain'],
  csv: plain, tsv: plain, txt: plain, log: plain, json: ['application/json', 'text/plain']
}

const words: Record<string, string> = {
  'image/png': 'a PNG image', 'image/apng': 'a PNG image', 'image/jpeg': 'a JPEG image', 'image/gif': 'a GIF image',
  'image/webp': 'a WebP image', 'image/bmp': 'a BMP image', 'image/avif': 'an AVIF image', 'image/tiff': 'a TIFF image',
  'image/heic': 'a HEIC image', 'image/svg+xml': 'an SVG image',
  'application/pdf': 'a PDF document',
  'application/zip': 'a ZIP archive', 'application/gzip': 'a gzip archive', 'application/x-tar': 'a tar archive',
  'application/x-7z-compressed': 'a 7-Zip archive', 'application/x-rar-compressed': 'a RAR archive',
  [`${open}.wordprocessingml.document`]: 'a Word document', [`${open}.spreadsheetml.sheet`]: 'an Excel workbook',
  [`${open}.presentationml.presentation`]: 'a PowerPoint presentation',
  'application/msword': 'an older Word document', 'application/vnd.ms-excel': 'an older Excel workbook',
  'application/vnd.ms-powerpoint': 'an older PowerPoint presentation', [ole]: 'a Microsoft Office file',
  'application/vnd.ms-outlook': 'an Outlook message', 'message/rfc822': 'a mail message', 'application/rtf': 'an RTF document',
  'text/html': 'an HTML page', 'text/csv': 'a table as text', 'text/tab-separated-values': 'a table as text',
  'text/plain': 'plain text', 'application/json': 'JSON text', 'application/xml': 'XML text',
  'application/x-msdownload': 'a Windows program', 'application/x-elf': 'a Linux program',
  'application/x-mach-binary': 'a macOS program', 'application/octet-stream': 'of no known type'
}

/** A media type in words that follow "the content is". */
export function describeMedia(mediaType: string): string {
  return words[mediaType] ?? `of the type ${mediaType}`
}

/** The sentence to show when a known extension and the content disagree; undefined when they agree or nothing is claimed. */
export function mismatch(name: string, mediaType: string): string | undefined {
  const extension = extensionOf(name)
  const expected = Object.hasOwn(contentOf, extension) ? contentOf[extension] : undefined
  if (!expected || expected.includes(mediaType)) return undefined
  return `The name ends in .${extension}, the content is ${describeMedia(mediaType)}.`
}
