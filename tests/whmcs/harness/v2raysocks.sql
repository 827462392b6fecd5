-- The tables of V2RaySocks that the addon reads. The collation is MariaDB's nearest to the
-- utf8mb4_0900_ai_ci of MySQL 8: blind to case and accents, and not to trailing blanks.
CREATE TABLE user_usage (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id int NOT NULL,
    t int NOT NULL,
    u bigint NOT NULL,
    d bigint NOT NULL,
    node varchar(50) NOT NULL,
    count_rate float DEFAULT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_nopad_ai_ci;
CREATE TABLE user (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    uuid varchar(36) NOT NULL,
    t int NOT NULL DEFAULT 0,
    u bigint NOT NULL,
    d bigint NOT NULL,
    transfer_enable bigint NOT NULL,
    enable tinyint NOT NULL DEFAULT 1,
    created_at int NOT NULL,
    updated_at int NOT NULL,
    need_reset tinyint(1) NOT NULL DEFAULT 1,
    sid int NOT NULL,
    packageid int DEFAULT NULL,
    speedlimitss int DEFAULT NULL,
    speedlimitother int DEFAULT NULL,
    illegal int NOT NULL DEFAULT 0,
    remark varchar(100) DEFAULT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_nopad_ai_ci;
CREATE TABLE node (
    id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
    type varchar(100) NOT NULL DEFAULT 'vmess',
    name varchar(100) NOT NULL,
    address varchar(100) NOT NULL,
    max_traffic int NOT NULL DEFAULT 0,
    country varchar(100) DEFAULT NULL,
    speed_limit int DEFAULT NULL,
    excessive_speed_limit int NOT NULL DEFAULT 0,
    tag varchar(1024) DEFAULT NULL,
    statistics bigint DEFAULT 0,
    traffic_rate float DEFAULT 1,
    online int DEFAULT 0,
    last_online int DEFAULT 0,
    enable tinyint(1) NOT NULL DEFAULT 1,
    remark text
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_uca1400_nopad_ai_ci;
