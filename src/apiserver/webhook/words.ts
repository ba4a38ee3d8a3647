/** The words of Go for what goes wrong most, so that people find them. */
export function wordsOf(error: Error & { code?: string; address?: string; port?: number }): string {
  const { code, address, port } = error
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${address ?? ''}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  if (code?.includes('CERT') || code?.includes('SIGNATURE') || code === 'DEPTH_ZERO_SELF_SIGNED_CERT')
    return `tls: failed to verify certificate: x509: ${error.message}`
  return error.message
}
