const short: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}
export const accessModes: readonly string[] = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** How tables show access modes: each once, in their order. */
export const accessModeText = (modes: readonly string[] | undefined): string =>
  Object.keys(short)
    .filter(mode => modes?.includes(mode))
    .map(mode => short[mode])
    .join(',')
