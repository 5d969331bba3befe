/** The default scenarios; the names are contract. A name may stand for several texts. */
export const SCENARIOS: Readonly<Record<string, readonly string[]>> = {
  'load-store': ['a=hole: load a; store a', 'a=block: load a; store a'],
  'store-store': ['a=hole: store a || store a'],
  'load-store-2mm': ['a=hole: load a; store a || [mm2] load a; store a'],
  'store-fsync': ['a=block: load a; store a || fsync'],
  'store-truncate': ['a=block: load a; store a || truncate a'],
  'store-punch': ['a=block: load a; store a || punch a'],
  'load-write': ['a=hole: load a || write a'],
  'store-write': ['a=hole: load a; store a || write a'],
  'fsync-fsync': ['a=block: store a; fsync || store a; fsync'],
  'three-two': ['a=hole, b=block: load a; store b || store a; fsync || truncate b'],
};
