/** How keys of the store are called in etcd: `from`, which begins them all, is `to` there. */
export interface Names {
  toEtcd(key: string): string
  /** The end of a range, or a prefix: may stand outside of what begins with `from`. */
  fromEtcd(key: string): string
}

/** `{ from: '/registry', to: '/other' }`: what is `/registry/pods/a` here is `/other/pods/a` in etcd. */
export function createNames({ from, to }: { readonly from: string; readonly to: string }): Names {
  return {
    toEtcd(key) {
      if (key.startsWith(from)) return to + key.slice(from.length)
      // Of what is shorter, everything there is begins with it.
      if (from.startsWith(key)) return to
      throw new RangeError(
        `key ${JSON.stringify(key)} does not begin with ${JSON.stringify(from)}, as all keys here do`,
      )
    },
    fromEtcd: key => from + key.slice(to.length),
  }
}
