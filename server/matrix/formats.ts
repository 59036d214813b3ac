/** Every format of an export: what people call it, and how its file is sent. Who writes it is in writers.ts. */
export const formats = {
  xlsx: { word: 'Excel workbook', mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' },
  docx: { word: 'Word document', mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document' },
  csv: { word: 'CSV', mediaType: 'text/csv; charset=utf-8' },
} as const

export type Format = keyof typeof formats
