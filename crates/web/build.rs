//! Packs the files of `static/` into the binary: each with its compressed forms, all under one folder
//! that is named by the hash of everything, so that modules import each other by plain names.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=static");
    let root = Path::new("static");
    let mut names = Vec::new();
    collect(root, "", &mut names)?;
    names.sort();
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let mut hash = Sha256::new();
    let mut table = String::from("pub(crate) const ASSETS: &[Asset] = &[\n");
    for (at, name) in names.iter().enumerate() {
        let mut content = fs::read(root.join(name))?;
        if name.ends_with(".js") {
            content = without_comments(&String::from_utf8_lossy(&content)).into_bytes();
        }
        hash.update((name.len() as u64).to_le_bytes());
        hash.update(name);
        hash.update((content.len() as u64).to_le_bytes());
        hash.update(&content);
        fs::write(out.join(format!("{at}.raw")), &content)?;
        fs::write(out.join(format!("{at}.gz")), gzip(&content)?)?;
        fs::write(out.join(format!("{at}.br")), brotli(&content)?)?;
        let part = |kind| format!("include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{at}.{kind}\"))");
        let (raw, gz, br) = (part("raw"), part("gz"), part("br"));
        writeln!(
            table,
            "    Asset {{ name: {name:?}, identity: {raw}, gzip: {gz}, brotli: {br} }},"
        )
        .map_err(io::Error::other)?;
    }
    let version = data_encoding::HEXLOWER.encode(&hash.finalize()[..8]);
    write!(table, "];\npub(crate) const VERSION: &str = {version:?};\n")
        .map_err(io::Error::other)?;
    fs::write(out.join("assets.rs"), table)
}

/// The names of all files below `folder`, with `/` between folders.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), names)?;
        } else {
            names.push(path);
        }
    }
    Ok(())
}

/// A module without the comments that have lines of their own, a third of its bytes: who wants to read it
/// reads the source. What stands behind code on a line stays, so that no string has to be understood.
fn without_comments(module: &str) -> String {
    let mut kept = String::new();
    let mut within = false;
    for line in module.lines() {
        let text = line.trim_start();
        let begins = text.starts_with("/*");
        match (within || begins, text.find("*/")) {
            (true, None) => within = true,
            (true, Some(end)) => {
                within = false;
                let rest = text[end + 2..].trim();
                if !rest.is_empty() {
                    kept.push_str(rest);
                    kept.push('\n');
                }
            }
            (false, _) if text.is_empty() || text.starts_with("//") => {}
            (false, _) => {
                kept.push_str(text);
                kept.push('\n');
            }
        }
    }
    kept
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(content)?;
    packed.finish()
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*content, &mut packed, &best)?;
    Ok(packed)
}
