"""The copy of the database: real Litestream, a folder and a real S3, and what breaks between."""
