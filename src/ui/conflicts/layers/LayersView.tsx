/** The conflict microscope: cosines of the task gradients layer by layer, over the depth of the trunk. */
export function LayersView() {
  return <p>Nothing measured yet.</p>;
}
