/**
 * Small houses for the unit tests: drawings as the server sends them. No tests here.
 */

/**
 * A drawing of straight rows of ten seats, two units apart in both directions; the aisle after the
 * fifth seat is two seats wide.
 * @param {{sections: string[], rows: number, categories?: string[], areas?: any[], shapes?: any[]}} what
 */
export function drawing({ sections, rows, categories = ["Best", "Good"], areas = [], shapes = [] }) {
  const drawn = [];
  let index = 0;
  for (let section = 0; section < sections.length; section += 1) {
    for (let row = 0; row < rows; row += 1) {
      drawn.push({
        section,
        number: String(row + 1),
        label: "Row",
        label_position: "both",
        runs: [[index, 10]],
        x: [0, 200, 200, 200, 200, 600, 200, 200, 200, 200],
        y: [section * 5000 + row * 200, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        numbers: { from: 1, step: 1 },
        categories: [[row === 0 ? 0 : categories.length - 1, 10]],
      });
      index += 10;
    }
  }
  const capacity = areas.reduce((sum, area) => sum + area.capacity, 0);
  return {
    version: 1,
    name: "A house",
    seat_count: index + capacity,
    scale: 10,
    size: { width: 2600, height: 10000 },
    seat_radius: 90,
    categories: categories.map((name) => ({ name, color: null })),
    sections: [
      ...sections.map((name) => ({ name, area: false })),
      ...areas.map(({ name }) => ({ name, area: true })),
    ],
    rows: drawn,
    shapes,
    areas: areas.map((area, at) => ({
      ...area,
      section: sections.length + at,
      runs: [[index, area.capacity]],
    })),
    attributes: {},
  };
}
