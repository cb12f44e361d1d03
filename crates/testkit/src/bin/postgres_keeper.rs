//! Starts a PostgreSQL server, says its port and where its folder is, and waits to be killed: the
//! process that the server must not survive.

fn main() {
    #[cfg(unix)]
    {
        use boxoffice_testkit::{PostgresServer, PostgresVersion};
        // In a static, which nobody drops.
        let server = PostgresServer::shared(PostgresVersion::System);
        let folder = server
            .sql("postgres", "SHOW data_directory")
            .expect("a server");
        println!("{} {folder}", server.port());
        // Or until the test has gone, if that is killed first.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
    }
}
