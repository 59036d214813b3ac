import sharp from 'sharp'

/** A screen as an owner would capture it, drawn: the sign-on policy of an identity console. Widths in pixels. */
export async function screenshot(width = 1200): Promise<Buffer> {
  const rows = [
    ['Applies to groups', 'All Workforce (612), Production Admins (18)'], ['Second factor', 'Required at every sign-in'], ['Factors allowed', 'Security key, authenticator app'],
    ['Re-authenticate after', '12 hours; 1 hour for Production Admins'], ['Password length', 'At least 14 characters'], ['Lock after', '6 failed attempts, 30 minutes'], ['Excluded users', '2: break-glass-01, break-glass-02'],
  ]
  const lines = rows.map(([name, value], index) => `<text x="320" y="${300 + index * 58}" fill="#4b5563">${name}</text><text x="620" y="${300 + index * 58}">${value}</text><path d="M310 ${320 + index * 58}H1160" stroke="#e3e7ec"/>`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 780" width="1200" height="780" font-family="sans-serif" font-size="18" fill="#24303f"><rect width="1200" height="780" fill="#fff"/>
    <rect width="1200" height="48" fill="#dfe3e8"/><rect x="90" y="9" width="640" height="30" rx="15" fill="#fff"/><text x="108" y="30" font-size="16">https://id.paysmart.example/admin/policies/production</text><text x="1180" y="30" font-size="16" text-anchor="end">Mon Jan 19, 2026 9:31 AM EST</text>
    <rect y="48" width="1200" height="56" fill="#24364f"/><text x="24" y="83" fill="#fff" font-weight="700">Identity console</text><rect x="250" y="60" width="130" height="32" rx="4" fill="#3f7a55"/><text x="315" y="82" fill="#fff" font-size="15" text-anchor="middle">PRODUCTION</text><text x="1180" y="82" fill="#e8edf4" text-anchor="end">n.haddad</text>
    <rect y="104" width="260" height="676" fill="#f3f5f8"/><text x="320" y="180" font-size="26" font-weight="700">Workforce: production and administration</text><text x="320" y="215" fill="#5b6675">Policy 3 of 4, active</text>${lines.join('')}</svg>`
  return await sharp(Buffer.from(svg)).resize({ width }).png().toBuffer()
}
