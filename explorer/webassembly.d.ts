/** As much of the WebAssembly API as the compiled core needs: @types/node has it only together with the whole DOM. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
    static customSections(module: Module, name: string): ArrayBuffer[];
  }
  class Memory {
    readonly buffer: ArrayBufferLike;
    constructor(limits: { initial: number; maximum: number; shared?: boolean });
  }
  class Instance {
    readonly exports: unknown;
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
  }
  class CompileError extends Error {}
  interface Global {
    readonly value: number;
  }
}
