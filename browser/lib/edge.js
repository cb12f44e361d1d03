/**
 * What stands before a box office in the world: HTTP/2 under TLS. Passes everything on as it is; caches nothing.
 */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Edge {
  #server;

  /**
   * @param {import('node:http2').Http2SecureServer} server
   * @param {string} url
   */
  constructor(server, url) {
    this.#server = server;
    this.url = url;
  }

  /**
   * Opens one before a box office.
   *
   * @param {string} inner the box office's address
   * @returns {Promise<Edge>}
   */
  static async open(inner) {
    const server = createSecureServer(certificate());
    server.on("stream", (stream, headers) => {
      const head = Object.entries(headers).filter(([name]) => !name.startsWith(":"));
      const passed = request(inner + headers[":path"], {
        method: headers[":method"],
        headers: Object.fromEntries(head),
      });
      passed.on("response", (answer) => {
        const { connection: _, "transfer-encoding": __, "keep-alive": ___, ...rest } = answer.headers;
        stream.respond({ ":status": answer.statusCode, ...rest });
        answer.pipe(stream);
      });
      const over = () => passed.destroy();
      passed.on("error", () => stream.close());
      stream.on("error", over).on("close", over);
      stream.pipe(passed);
    });
    await new Promise((listens) => server.listen(0, "127.0.0.1", () => listens(undefined)));
    const address = server.address();
    if (!address || typeof address === "string") throw new Error("the edge has no port");
    return new Edge(server, `https://127.0.0.1:${address.port}`);
  }

  close() {
    this.#server.close();
  }
}

/** A key and a certificate that nobody trusts: the browser is told to look past it. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), "boxoffice-edge-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=127.0.0.1", "-days", "2", "-keyout", key, "-out", cert];
  execFileSync("openssl", [...words, ...names], { stdio: "ignore" });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}
