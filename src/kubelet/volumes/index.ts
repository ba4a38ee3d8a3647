import { configMap } from './configMap.ts'
import { downwardApi } from './downwardApi.ts'
import { emptyDir } from './emptyDir.ts'
import { hostPath } from './hostPath.ts'
import type { VolumePlugin } from './plugin.ts'
import { projected } from './projected.ts'
import { secret } from './secret.ts'

/** Every type of volume this node knows. */
export const volumePlugins: readonly VolumePlugin[] = [emptyDir, hostPath, configMap, secret, downwardApi, projected]
