// How V8 runs the house, for whoever starts or compiles it: what was compiled under other settings is compiled again.
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';

// Or graphql-js looks twice at every type for a second copy of itself, a fifth of what it does, and Prisma at the stack.
process.env.NODE_ENV ??= 'production';
// Or V8 throws away, while nobody asks, what it will need when somebody does.
v8.setFlagsFromString('--no-flush-bytecode');
// Or V8 makes what each call has, having seen it live as long as a call, among what is old, where it stays when the call is over.
v8.setFlagsFromString('--no-allocation-site-pretenuring');
// Or V8 lets what is old nearly double before it looks what of it is still needed, which of ours is little.
v8.setFlagsFromString('--heap-growing-percent=50');
// For threads, whose heaps are made after this: the embedded database's has little that outlives a message, and its young
// generation would be as large as that of the house, which Node was given when it was started.
v8.setFlagsFromString('--max-semi-space-size=4');
// What was compiled once is not compiled again: a second and a half of every later start. By the environment in threads, too:
// each would else load Node's own compiler of types for a file or two of ours, and keep it.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
