//! Writes every page in every state and language as a file: `FOLDER/en/order-confirmed.html`. What
//! browsers are shown for states that are hard to come by.

use std::path::PathBuf;
use std::{env, fs, io};

use boxoffice_web::{Language, samples};

fn main() -> io::Result<()> {
    let usage = || io::Error::other("expected a folder to write to");
    let folder = PathBuf::from(env::args_os().nth(1).ok_or_else(usage)?);
    for language in Language::ALL {
        let folder = folder.join(language.code());
        fs::create_dir_all(&folder)?;
        for sample in samples(language) {
            fs::write(folder.join(sample.name + ".html"), sample.html)?;
        }
    }
    Ok(())
}
