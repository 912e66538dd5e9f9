// Whether the page may use a manifest. In here and not in Rust, because frames come up before Wasm has arrived,
// and nothing that a manifest names may be touched before this is known. Pure but for WebCrypto: texts, what this
// browser remembers and the time come in as arguments.
{
  const SCHEMA = 1;
  const refused = (why) => new Error(`manifest refused: ${why}`);
  const bytes = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt());

  const isGenuine = async (text, seal) => {
    try {
      const { key, signature, trusted } = JSON.parse(seal);
      const known = await crypto.subtle.importKey('raw', bytes(trusted[key]), 'Ed25519', false, ['verify']);
      return await crypto.subtle.verify('Ed25519', known, bytes(signature), new TextEncoder().encode(text));
    } catch {
      // No seal, no key of that name, no signature; or a browser that can't tell.
      return false;
    }
  };

  // What is remembered of those that were used: the highest serial and time of issue, until when, and the content
  // of the last. Longer than the manifest at hand lasts it would mean nothing: older ones have expired by then.
  const recall = (memory, { issued_at_ms, expires_at_ms }, now) => {
    const [serial, issued, until, content] = memory?.split(' ') ?? [];
    const left = until - now;
    const counts = left > 0 && left <= expires_at_ms - issued_at_ms;
    return counts ? { serial: +serial, issued: +issued, content } : { serial: 0, issued: 0 };
  };

  globalThis.croupier = {
    // Resolves to the manifest of a text; rejects with why it is refused.
    async accept(text, seal, memory, now) {
      if (!await isGenuine(text, seal)) throw refused('signature: not of a trusted key');
      const manifest = JSON.parse(text);
      if (manifest.schema != SCHEMA) throw refused('schema: not that of this version');
      if (!(manifest.expires_at_ms > now)) throw refused('expires_at_ms: in the past');
      const seen = recall(memory, manifest, now);
      // A copy of an earlier one is older in both. One that was issued later with a lower serial is of a gateway that
      // was restored; one with the same content, of another edge.
      if (manifest.serial < seen.serial && manifest.issued_at_ms < seen.issued && manifest.content != seen.content) {
        throw refused('serial: older than one used here');
      }
      return manifest;
    },

    // What to remember once it is used.
    remember(manifest, memory, now) {
      const { serial, content, issued_at_ms, expires_at_ms } = manifest;
      const seen = recall(memory, manifest, now);
      const until = now + expires_at_ms - issued_at_ms;
      return [Math.max(serial, seen.serial), Math.max(issued_at_ms, seen.issued), until, content].join(' ');
    },
  };
}
