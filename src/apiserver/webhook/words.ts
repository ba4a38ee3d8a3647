/** The words of Go for what goes wrong most, so that people find them. */
export function wordsOf(error: Error & { code?: unknown; address?: string; port?: number }): string {
  const { code, address, port } = error
  // Of a StatusError it is a number.
  if (typeof code !== 'string') return error.message
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${address ?? ''}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  if (code.includes('CERT') || code.includes('SIGNATURE') || code === 'DEPTH_ZERO_SELF_SIGNED_CERT')
    return `tls: failed to verify certificate: x509: ${error.message}`
  return error.message
}
