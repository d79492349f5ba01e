// When to stop trying a shortcut, for a while.

const MAX_MISSES = 16
const REST = 48

/** Of a shortcut that pays where inputs are alike: where it led nowhere several times in a row, it is left alone for the next inputs. */
export class Patience {
  private misses = 0
  private rest = 0

  /** Asked once for each input. */
  isTried(): boolean {
    if (this.rest === 0) return true
    this.rest--
    return false
  }

  /** What came of a try. */
  note(isHit: boolean): void {
    this.misses = isHit ? 0 : this.misses + 1
    if (this.misses < MAX_MISSES) return
    this.misses = 0
    this.rest = REST
  }
}
