// Its module throws before anything of it can be mounted.
throw new Error('not even imported');

export function mount() {}
