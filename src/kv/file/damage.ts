/** The files of a store are not what a store leaves behind, even when its process is killed. */
export class DamagedStoreError extends Error {
  override name = 'DamagedStoreError'
  constructor(directory: string, what: string, options?: ErrorOptions) {
    super(
      `the store in ${directory} is damaged: ${what}. Nothing was changed. ` +
        `Restore the directory from a backup, or move it away to start with an empty store`,
      options,
    )
  }
}
