import type { Scene } from "./scene";

/** Lays a scene out in a worker; places come a few times until it is done. Tells how to stop it. */
export function layOut(scene: Scene, onPlaces: () => void, onDone: () => void): () => void {
  const worker = new Worker(new URL("./layout.worker.ts", import.meta.url));
  const places = new Float32Array(scene.nodes.length * 2);
  scene.nodes.forEach((node, place) => {
    places[2 * place] = node.x;
    places[2 * place + 1] = node.y;
  });
  const edges = new Uint32Array(scene.edges.length * 2);
  scene.edges.forEach(({ a, b }, place) => {
    edges[2 * place] = a;
    edges[2 * place + 1] = b;
  });
  worker.onmessage = ({ data }: MessageEvent<Float32Array | null>) => {
    if (data === null) {
      worker.terminate();
      onDone();
      return;
    }
    scene.nodes.forEach((node, place) => {
      node.x = data[2 * place] ?? node.x;
      node.y = data[2 * place + 1] ?? node.y;
    });
    onPlaces();
  };
  worker.onerror = () => onDone(); // the spiral it began with can be read too
  worker.postMessage({ places, edges }, [places.buffer, edges.buffer]);
  return () => worker.terminate();
}
