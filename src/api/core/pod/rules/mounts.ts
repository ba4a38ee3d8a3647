import { forbidden, invalid, notFound, required } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { Container } from '../container.ts'
import type { Volume } from '../volume.ts'
import { belowRules, climbRules } from './paths.ts'

/** Mounts of a container: of volumes that are there, each at a place of its own. */
export function mountRules(container: Container, volumes: ReadonlyMap<string, Volume>, path: Path): FieldError[] {
  const devices = container.volumeDevices ?? []
  const places = new Set<string>()
  return (container.volumeMounts ?? []).flatMap((mount, i) => {
    const here = path.index(i)
    const errors: FieldError[] = []
    const { name, mountPath, subPath, subPathExpr, mountPropagation, recursiveReadOnly } = mount
    if (!name) errors.push(required(here.child('name')))
    if (!volumes.has(name)) errors.push(notFound(here.child('name'), name))
    if (!mountPath) errors.push(required(here.child('mountPath')))
    if (places.has(mountPath)) errors.push(invalid(here.child('mountPath'), mountPath, 'must be unique'))
    places.add(mountPath)
    if (devices.some(device => device.name === name))
      errors.push(invalid(here.child('name'), name, 'must not already exist in volumeDevices'))
    if (devices.some(device => device.devicePath === mountPath))
      errors.push(invalid(here.child('mountPath'), mountPath, 'must not already exist as a path in volumeDevices'))
    if (subPath) errors.push(...belowRules(subPath, path.child('subPath')))
    if (subPathExpr) {
      if (subPath)
        errors.push(invalid(here.child('subPathExpr'), subPathExpr, 'subPathExpr and subPath are mutually exclusive'))
      errors.push(...belowRules(subPathExpr, path.child('subPathExpr')))
    }
    if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true)
      errors.push(
        forbidden(
          path.child('mountPropagation'),
          'Bidirectional mount propagation is available only to privileged containers',
        ),
      )
    if (recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible') {
      const at = path.child('recursiveReadOnly')
      if (!mount.readOnly) errors.push(forbidden(at, 'may only be specified when readOnly is true'))
      if (mountPropagation !== undefined && mountPropagation !== 'None')
        errors.push(forbidden(at, 'may only be specified when mountPropagation is None or not specified'))
    }
    return errors
  })
}

/** Block devices of a container: of claims, each at a place of its own. */
export function deviceRules(container: Container, volumes: ReadonlyMap<string, Volume>, path: Path): FieldError[] {
  const mounts = container.volumeMounts ?? []
  const names = new Set<string>()
  const places = new Set<string>()
  return (container.volumeDevices ?? []).flatMap(({ name, devicePath }, i) => {
    const here = path.index(i)
    const errors: FieldError[] = []
    const volume = volumes.get(name)
    const badName = (why: string) => errors.push(invalid(here.child('name'), name, why))
    const badPath = (why: string) => errors.push(invalid(here.child('devicePath'), devicePath, why))
    if (!name) errors.push(required(here.child('name')))
    if (names.has(name)) badName('must be unique')
    if (!volume) errors.push(notFound(here.child('name'), name))
    else if (!volume.persistentVolumeClaim && !volume.ephemeral)
      badName('can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode')
    if (!devicePath) errors.push(required(here.child('devicePath')))
    if (places.has(devicePath)) badPath('must be unique')
    if (climbRules(devicePath, here).length > 0) badPath("can not contain backsteps ('..')")
    else places.add(devicePath)
    if (mounts.some(mount => mount.name === name)) badName('must not already exist in volumeMounts')
    if (mounts.some(mount => mount.mountPath === devicePath))
      badPath('must not already exist as a path in volumeMounts')
    if (name) names.add(name)
    return errors
  })
}
