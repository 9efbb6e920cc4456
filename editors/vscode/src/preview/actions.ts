/**
 * What comes of what somebody does in the preview.
 */
import type { Components } from "../component";
import { fromBytes } from "../picking";
import { bytesOf } from "../pictures";
import { TARGETS } from "../protocol";
import type { Review } from "../review";
import type { FromPage } from "./messages";

export async function act(said: FromPage, components: Components, review: Review): Promise<void> {
  switch (said.kind) {
    case "ready":
      return;
    case "picture":
      return components.make({ picture: fromBytes(said.name, bytesOf(said.data)) });
    case "renew":
      return components.renew(fromBytes(said.name, bytesOf(said.data)));
    case "refine":
      return components.refine(said.instruction);
    case "apply":
      return review.apply();
    case "elsewhere":
      return components.elsewhere();
    case "discard":
      return review.discard();
    case "again":
      return components.regenerate(TARGETS.find((target) => target === said.target), said.candidates ?? undefined);
    case "pick":
      return components.pick(said.index);
    case "show":
      return review.show(said.index);
    case "locate":
      return components.locate(said.index, said.entry);
  }
}
