//! The tests' own house is what its description says: else the naive model would be wrong, too.

mod common;

use common::house;

#[test]
fn the_layouts_of_the_house_are_as_described() {
    for stage in 0..=house::STAGES {
        let layout = house::layout(stage);
        let expected = house::rows(stage);
        assert_eq!(layout.seat_count(), house::seat_count(stage));
        assert_eq!(layout.rows().len(), expected.len());
        for (row, expected) in layout.rows().iter().zip(&expected) {
            assert_eq!(
                (row.section, row.together),
                (expected.section, expected.is_area)
            );
            assert_eq!(layout.blocks(row).count(), 1);
            let seats: Vec<_> = layout
                .seats(row)
                .map(|seat| (seat, layout.category(seat)))
                .collect();
            assert_eq!(seats, expected.seats);
        }
        if stage > 0 {
            assert!(layout.extends(&house::layout(stage - 1)));
        }
    }
}
