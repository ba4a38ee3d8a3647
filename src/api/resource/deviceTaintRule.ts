import { tooMany } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { conditionRules } from '../meta/conditionRules.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { DeviceTaintRule } from './deviceTaintRuleType.ts'
import { labelRules, poolNameRules } from './names.ts'
import { taintRules } from './taintRules.ts'

export { DeviceTaintRule, DeviceTaintRuleList } from './deviceTaintRuleType.ts'

const mostConditions = 8

/** Of upstream's `validateDeviceTaintRuleSpec`. */
function rules({ spec }: DeviceTaintRule, old: DeviceTaintRule | undefined): readonly FieldError[] {
  const { driver, pool, device } = spec.deviceSelector ?? {}
  const path = at('spec', 'deviceSelector')
  return [
    ...(driver === undefined ? [] : driverNameRules(driver, path.child('driver'))),
    ...(pool === undefined ? [] : poolNameRules(pool, path.child('pool'))),
    ...(device === undefined ? [] : labelRules(device, path.child('device'))),
    ...taintRules(spec.taint, at('spec', 'taint'), old?.spec.taint),
  ]
}

function statusRules({ status: { conditions = [] } }: DeviceTaintRule): readonly FieldError[] {
  const path = at('status', 'conditions')
  return [
    ...conditionRules(conditions, path),
    ...(conditions.length > mostConditions ? [tooMany(path, conditions.length, mostConditions)] : []),
  ]
}

/** A taint that devices get, whichever driver they are of. */
export const deviceTaintRules = resource<DeviceTaintRule>({
  group: 'resource.k8s.io',
  version: 'v1beta2',
  kind: 'DeviceTaintRule',
  plural: 'devicetaintrules',
  namespaced: false,
  type: DeviceTaintRule,
  rules,
  changes: statusApart<DeviceTaintRule>(() => ({}), {
    create({ spec: { taint } }, { timestamp }) {
      taint.timeAdded ??= timestamp
    },
    // Another effect is another taint, unless the writer says since when.
    update({ spec: { taint } }, { spec: { taint: before } }, { timestamp }) {
      taint.timeAdded ??= timestamp
      if (taint.effect !== before.effect && taint.timeAdded === before.timeAdded) taint.timeAdded = timestamp
    },
  }),
  subresources: { status: statusView<DeviceTaintRule>({ keepMetadata: true, rules: statusRules }) },
})
