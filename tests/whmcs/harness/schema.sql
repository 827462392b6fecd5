-- The tables of WHMCS that the addon uses, with the columns it needs.
CREATE TABLE tbladdonmodules (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    module text NOT NULL,
    setting text NOT NULL,
    value text NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE tblservers (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name text NOT NULL,
    ipaddress text NOT NULL,
    hostname text NOT NULL,
    type text NOT NULL,
    username text NOT NULL,
    password text NOT NULL,
    active int NOT NULL DEFAULT 1,
    disabled int NOT NULL DEFAULT 0
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE tblhosting (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    userid int NOT NULL,
    packageid int NOT NULL,
    server int NOT NULL,
    domain text NOT NULL,
    domainstatus varchar(20) NOT NULL DEFAULT 'Active'
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
CREATE TABLE tblactivitylog (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    date datetime NOT NULL,
    description text NOT NULL,
    user text NOT NULL,
    userid int NOT NULL,
    ipaddr text NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
