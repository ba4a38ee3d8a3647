import type { Clock, Timer } from '../../base/clock.ts'
import { deal } from './dealer.ts'
import type { QueuingConfiguration } from './model.ts'

/** Gives the seats back. */
export type Release = () => void

/** Why a request was not carried out: upstream's words, as metrics have them. */
export type Rejection = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled'

export interface Waiting {
  readonly seats: number
  readonly hash: () => bigint
  readonly signal: AbortSignal | undefined
}

/** One queue as it is: for whoever looks for what is wrong. */
export interface QueueState {
  readonly pending: number
  readonly executing: number
  readonly seatsTaken: number
  readonly nextStart: number
  readonly seatsWanted: number
}

/** The seats of one level and those who wait for them, fair between flows. */
export interface Queues {
  readonly seatsTaken: number
  readonly seatsWanted: number
  readonly waiting: number
  readonly queues: readonly QueueState[]
  /** Most seats taken and wanted at once since `forgetHighest`. */
  readonly highest: number
  forgetHighest(): void
  /** Seats from now on; those who can be seated are, at once. */
  setLimit(seats: number): void
  /** The queuing from now on; undefined: nobody may wait. */
  setQueuing(queuing: QueuingConfiguration | undefined): void
  /** Seats for a request at once, where there are any and nobody waits before it. */
  take(seats: number): Release | undefined
  /** Waits for seats. Rejects with a `Rejected`. `onQueue`: told how long its queue is with it. */
  wait(request: Waiting, onQueue: (length: number, queue: number, place: number) => void): Promise<Release>
  /** Called when somebody begins to wait. */
  onPressure: () => void
}

export class Rejected extends Error {
  readonly reason: Rejection
  constructor(reason: Rejection) {
    super(reason)
    this.reason = reason
  }
}

interface Entry {
  readonly seats: number
  readonly queue: Queue
  readonly resolve: (release: Release) => void
  readonly reject: (error: Rejected) => void
  timer: Timer | undefined
  forget: () => void
}

interface Queue {
  readonly index: number
  entries: Entry[]
  seatsTaken: number
  executing: number
  /** Virtual time at which its next request would begin. */
  nextStart: number
}

/** Milliseconds: how long a request is guessed to take until it has been seen; upstream's figure. */
const guessed = 3
/** Milliseconds that a request waits at most: a quarter of a request's time. */
const longestWait = 15_000

/**
 * Fair queuing with shuffle sharding (`fairqueuing/queueset`): a request goes to the least loaded queue of its flow's hand;
 * of the queues the one comes next whose next request would end first if all were served at once, each at its share.
 */
export function createQueues(clock: Clock, limit: number, queuing: QueuingConfiguration | undefined): Queues {
  let queues: Queue[] = []
  let handSize = 0
  let lengthLimit = 0
  let seatLimit = limit
  let seatsTaken = 0
  let seatsWanted = 0
  let waiting = 0
  let highest = 0
  let virtual = 0
  let virtualAt = clock.now()

  const note = () => {
    if (seatsTaken + seatsWanted > highest) highest = seatsTaken + seatsWanted
  }
  const fits = (seats: number) => seatsTaken + seats <= seatLimit || (seatsTaken === 0 && seatLimit > 0)

  /** Virtual time goes by as fast as each queue is served. Nobody asks for it but those who wait. */
  const advance = () => {
    const now = clock.now()
    const active = queues.filter(queue => queue.entries.length > 0 || queue.seatsTaken > 0).length
    if (active > 0) virtual += ((now - virtualAt) * Math.min(seatsTaken + seatsWanted, seatLimit)) / active
    virtualAt = now
  }
  const seated = (seats: number, queue: Queue | undefined): Release => {
    seatsTaken += seats
    if (queue) {
      queue.seatsTaken += seats
      queue.executing++
    }
    note()
    let over = false
    const begun = queue ? clock.now() : 0
    return () => {
      if (over) return
      over = true
      seatsTaken -= seats
      if (queue) {
        queue.seatsTaken -= seats
        queue.executing--
        // What was guessed is replaced by what it took.
        if (waiting > 0) advance()
        queue.nextStart -= seats * (guessed - (clock.now() - begun))
      }
      if (waiting > 0) dispatch()
    }
  }
  const leave = (entry: Entry) => {
    entry.timer?.cancel()
    entry.forget()
    const { queue } = entry
    queue.entries.splice(queue.entries.indexOf(entry), 1)
    seatsWanted -= entry.seats
    waiting--
  }
  const dispatch = () => {
    advance()
    while (waiting > 0) {
      let next: Queue | undefined
      let soonest = Number.POSITIVE_INFINITY
      for (const queue of queues) {
        const first = queue.entries[0]
        if (!first) continue
        const end = queue.nextStart + first.seats * guessed
        if (end < soonest) {
          soonest = end
          next = queue
        }
      }
      const entry = next?.entries[0]
      if (!next || !entry || !fits(entry.seats)) return
      leave(entry)
      next.nextStart += entry.seats * guessed
      entry.resolve(seated(entry.seats, next))
    }
  }
  const choose = (hash: bigint): Queue => {
    let best: Queue | undefined
    let least = Number.POSITIVE_INFINITY
    for (const index of deal(hash, queues.length, handSize)) {
      const queue = queues[index] as Queue
      const load = queue.seatsTaken + queue.entries.reduce((sum, entry) => sum + entry.seats, 0)
      if (load < least) {
        least = load
        best = queue
      }
    }
    return best as Queue
  }
  const setQueuing = (wanted: QueuingConfiguration | undefined) => {
    const count = wanted?.queues ?? (wanted ? 64 : 0)
    handSize = Math.min(wanted?.handSize ?? 8, count)
    lengthLimit = wanted?.queueLengthLimit ?? 50
    // Queues that go, go when the last has left them: until then dispatch still looks at them.
    if (count > queues.length) {
      for (let index = queues.length; index < count; index++) {
        queues.push({ index, entries: [], seatsTaken: 0, executing: 0, nextStart: virtual })
      }
    } else if (count < queues.length) {
      for (const queue of queues.slice(count)) {
        for (const entry of [...queue.entries]) {
          leave(entry)
          entry.reject(new Rejected('cancelled'))
        }
      }
      queues = queues.slice(0, count)
    }
  }
  setQueuing(queuing)

  const all: Queues = {
    get seatsTaken() {
      return seatsTaken
    },
    get seatsWanted() {
      return seatsWanted
    },
    get waiting() {
      return waiting
    },
    get queues() {
      return queues.map(({ entries, seatsTaken: taken, executing, nextStart }) => ({
        ...{ pending: entries.length, executing, seatsTaken: taken, nextStart },
        seatsWanted: entries.reduce((sum, { seats }) => sum + seats, 0),
      }))
    },
    get highest() {
      return highest
    },
    forgetHighest() {
      highest = seatsTaken + seatsWanted
    },
    setLimit(seats) {
      seatLimit = seats
      if (waiting > 0) dispatch()
    },
    setQueuing,
    take: seats => (waiting === 0 && fits(seats) ? seated(seats, undefined) : undefined),
    wait({ seats, hash, signal }, onQueue) {
      if (queues.length === 0) {
        highest = Math.max(highest, seatsTaken + seats)
        all.onPressure()
        const release = all.take(seats)
        return release ? Promise.resolve(release) : Promise.reject(new Rejected('concurrency-limit'))
      }
      advance()
      const queue = choose(hash())
      onQueue(queue.entries.length, queue.index, queue.entries.length)
      if (queue.entries.length >= lengthLimit) return Promise.reject(new Rejected('queue-full'))
      if (queue.entries.length === 0 && queue.seatsTaken === 0) queue.nextStart = virtual
      return new Promise((resolve, reject) => {
        const entry: Entry = { seats, queue, resolve, reject, timer: undefined, forget: () => {} }
        const give = (reason: Rejection) => () => {
          leave(entry)
          reject(new Rejected(reason))
        }
        entry.timer = clock.after(longestWait, give('time-out'))
        if (signal) {
          const gone = give('cancelled')
          signal.addEventListener('abort', gone, { once: true })
          entry.forget = () => signal.removeEventListener('abort', gone)
        }
        queue.entries.push(entry)
        seatsWanted += seats
        waiting++
        note()
        all.onPressure()
        if (waiting > 0) dispatch()
      })
    },
    onPressure: () => {},
  }
  return all
}
