// The ways to a room's sound: relays, one taken by chance, and the network itself, which stands behind them.
export class Ways {
  constructor(relays, own) {
    const found = (relays ?? "").split(" ").filter(Boolean).map((relay) => [Math.random(), relay])
    this.all = found.sort(([one], [other]) => one - other).map(([, relay]) => relay + own)
    this.all.push(own)
    this.now = this.all[0]
    this.well()
  }

  get areSeveral() {
    return this.all.length > 1
  }

  // Sound came.
  well() {
    this.tried = 0
    this.isBusy = false
  }

  // A relay elsewhere gets no cookie. Parts of open rooms are asked for as everybody asks, so that caches may
  // keep them; the ticket lets in, and stands for its lane where that counts.
  to(what, ticket, isOpen) {
    const address = `${this.now}/${what}`
    const isBare = this.now.startsWith("/") || !ticket || (what.endsWith(".m4s") && !this.isBusy && isOpen)
    return isBare ? address : `${address}?t=${ticket}`
  }

  // To the next one, at once as long as there is one that was not tried since all went well. From relays that
  // are full nobody goes to the network itself, which a crowd would take along.
  elsewhere(status) {
    this.isBusy = status === 503
    const others = this.isBusy ? this.all.slice(0, -1) : this.all
    if (others.length < 2 || (status && status < 500 && status !== 404)) return false
    this.now = others[(others.indexOf(this.now) + 1) % others.length]
    this.tried += 1
    return this.tried < others.length
  }
}
