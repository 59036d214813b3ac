/** Why bytes that were sent are not kept. Sizes are bytes. */
export type UploadFault =
  | { kind: 'too_large', limit: number }
  | { kind: 'truncated', received: number, expected?: number }
  | { kind: 'altered', expected: string, received: string }
  | { kind: 'disk_full' }
  | { kind: 'empty' }
  | { kind: 'too_many', kept: number, limit: number }

const statusCodes: Record<UploadFault['kind'], number> = {
  too_large: 413,
  truncated: 400,
  altered: 400,
  disk_full: 507,
  empty: 422,
  too_many: 413
}

/** Thrown when an upload is not kept; the message says what happened and what to do. Nothing of the file is visible. */
export class UploadRefused extends Error {
  readonly fault: UploadFault
  readonly statusCode: number

  constructor(fault: UploadFault, options?: ErrorOptions) {
    super(explain(fault), options)
    this.name = 'UploadRefused'
    this.fault = fault
    this.statusCode = statusCodes[fault.kind]
  }
}

/** One fault in words for the person who sent the file: what was wrong, what was kept, what to do. */
export function explain(fault: UploadFault): string {
  switch (fault.kind) {
    case 'too_large':
      return `The file is larger than ${sizeInWords(fault.limit)}, the most one file may have. It was not kept. Split it or send a smaller extract.`
    case 'truncated':
      return fault.expected === undefined
        ? 'The file stopped arriving before its end, so it was not kept. Check the connection and send it again.'
        : `Only ${sizeInWords(fault.received)} of ${sizeInWords(fault.expected)} arrived, so the file was not kept. Check the connection and send it again.`
    case 'altered':
      return 'The file that arrived is not the file that was announced (its SHA-256 differs), so it was not kept. Send it again.'
    case 'disk_full':
      return 'There is no room left to store this file, so it was not kept. Files stored earlier are safe. Try again later, or tell the person who runs this server.'
    case 'empty':
      return 'The file is empty (0 bytes), so it was not kept. Check the export that made it and send the file again.'
    case 'too_many':
      return `More than ${fault.limit} files were sent at once. The first ${fault.kept} were kept, the rest were not. Send the rest in a second go.`
  }
}

/** Bytes as people read them, in powers of 1024: 0 bytes, 1 byte, 1.5 KiB, 5 GiB. */
export function sizeInWords(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1024) return `${bytes} bytes`
  const units = ['KiB', 'MiB', 'GiB', 'TiB']
  let size = bytes / 1024
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${Math.floor(size * 10) / 10} ${units[unit]}`
}
