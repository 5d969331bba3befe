/** System calls of a trace: what each does to the file, in bytes of the file or of memory. */

/** Where in the file a call acts, or what it does to addresses. */
export type FileCall =
  | { readonly kind: 'fsync' }
  | { readonly kind: 'read' | 'write' | 'punch'; readonly offset: number; readonly length: number }
  | { readonly kind: 'truncate'; readonly length: number }
  /** fallocate(2) in another mode than that of a hole. */
  | { readonly kind: 'allocate' };
export type MemoryCall =
  | { readonly kind: 'msync' | 'dontneed' | 'munmap'; readonly address: number; readonly length: number }
  | { readonly kind: 'mprotect'; readonly address: number; readonly length: number; readonly writable: boolean }
  | MmapCall;
export interface MmapCall {
  readonly kind: 'mmap';
  readonly fd: number;
  readonly length: number;
  readonly offset: number;
  readonly writable: boolean;
  readonly shared: boolean;
}
/** A call of another kind, or of this one in a way that says nothing of the file. */
export type TracedCall =
  | { readonly on: 'fd'; readonly fd: number; readonly call: FileCall | { readonly kind: 'position' } }
  | { readonly on: 'memory'; readonly call: MemoryCall }
  | undefined;

type Args = readonly number[];

const PROT_WRITE = 2;
const MAP_ANONYMOUS = 0x20;
const MAP_PRIVATE = 2;
const MAP_TYPE = 0xf;
const MADV_DONTNEED = 4;
const KEEP_SIZE_PUNCH_HOLE = 3;

const onFile = (fd: number | undefined, call: FileCall | { readonly kind: 'position' }): TracedCall => ({
  on: 'fd',
  fd: fd!,
  call,
});
const onMemory = (call: MemoryCall): TracedCall => ({ on: 'memory', call });

const CALLS: Readonly<Record<string, (args: Args) => TracedCall>> = {
  fsync: ([fd]) => onFile(fd, { kind: 'fsync' }),
  fdatasync: ([fd]) => onFile(fd, { kind: 'fsync' }),
  pread64: ([fd, , length, offset]) => onFile(fd, { kind: 'read', offset: offset!, length: length! }),
  pwrite64: ([fd, , length, offset]) => onFile(fd, { kind: 'write', offset: offset!, length: length! }),
  // Where the file position is, a trace does not say.
  read: ([fd]) => onFile(fd, { kind: 'position' }),
  write: ([fd]) => onFile(fd, { kind: 'position' }),
  ftruncate: ([fd, length]) => onFile(fd, { kind: 'truncate', length: length! }),
  fallocate: ([fd, mode, offset, length]) =>
    onFile(
      fd,
      mode === KEEP_SIZE_PUNCH_HOLE ? { kind: 'punch', offset: offset!, length: length! } : { kind: 'allocate' },
    ),
  msync: ([address, length]) => onMemory({ kind: 'msync', address: address!, length: length! }),
  munmap: ([address, length]) => onMemory({ kind: 'munmap', address: address!, length: length! }),
  madvise: ([address, length, advice]) =>
    advice === MADV_DONTNEED ? onMemory({ kind: 'dontneed', address: address!, length: length! }) : undefined,
  mprotect: ([address, length, prot]) =>
    onMemory({ kind: 'mprotect', address: address!, length: length!, writable: (prot! & PROT_WRITE) !== 0 }),
  mmap: ([, length, prot, flags, fd, offset]) =>
    (flags! & MAP_ANONYMOUS) !== 0
      ? undefined
      : onMemory({
          kind: 'mmap',
          fd: fd!,
          length: length!,
          offset: offset!,
          writable: (prot! & PROT_WRITE) !== 0,
          shared: (flags! & MAP_TYPE) !== MAP_PRIVATE,
        }),
};

/** @returns undefined for a call that is not looked at */
export function callOf(name: string, args: readonly (bigint | undefined)[]): TracedCall {
  const numbers = args.map((a) => Number(a ?? 0n));
  return CALLS[name]?.([...numbers, 0, 0, 0, 0, 0, 0]);
}
