<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="th_TH">
<context>
    <name>columns</name>
    <message>
        <source>No.</source>
        <translation>ลำดับ</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>เวลา</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>ผู้ทำ</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>บทบาท</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>การกระทำ</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>กระทำต่อ</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>From</source>
        <translation>จาก</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>CPU core-h</source>
        <translation>CPU คอร์-ชม.</translation>
    </message>
    <message>
        <source>GPU-h</source>
        <translation>GPU-ชม.</translation>
    </message>
    <message>
        <source>Memory GiB-h</source>
        <translation>หน่วยความจำ GiB-ชม.</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>สกุลเงิน</translation>
    </message>
    <message>
        <source>By</source>
        <translation>โดย</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>สิ้นสุด</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>ใช้เวลา</translation>
    </message>
    <message>
        <source>CPUs</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>ส่งเมื่อ</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>กลุ่ม</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(ไม่มี)</translation>
    </message>
</context>
<context>
    <name>errors</name>
    <message>
        <source>The server cannot be reached. It is asked again by itself.</source>
        <translation>ติดต่อเซิร์ฟเวอร์ไม่ได้ โปรแกรมจะลองใหม่เอง</translation>
    </message>
    <message>
        <source>The server did not answer in time. It is asked again by itself.</source>
        <translation>เซิร์ฟเวอร์ไม่ตอบภายในเวลา โปรแกรมจะลองใหม่เอง</translation>
    </message>
    <message>
        <source>The session has ended. Log in again to go on.</source>
        <translation>หมดเวลาเข้าใช้งาน เข้าสู่ระบบอีกครั้งเพื่อทำต่อ</translation>
    </message>
    <message>
        <source>Your role does not allow this. Ask an administrator if you need it for your work.</source>
        <translation>บทบาทของคุณไม่มีสิทธิ์ทำสิ่งนี้ หากจำเป็นต่องานให้ติดต่อผู้ดูแลระบบ</translation>
    </message>
    <message>
        <source>The server does not know this.</source>
        <translation>เซิร์ฟเวอร์ไม่รู้จักสิ่งนี้</translation>
    </message>
    <message>
        <source>Somebody else has changed this in the meantime.</source>
        <translation>มีผู้อื่นแก้ไขสิ่งนี้ไปแล้วในระหว่างนี้</translation>
    </message>
    <message>
        <source>The present state does not allow this.</source>
        <translation>สถานะปัจจุบันไม่อนุญาตให้ทำสิ่งนี้</translation>
    </message>
    <message>
        <source>The server did not accept what was sent.</source>
        <translation>เซิร์ฟเวอร์ไม่ยอมรับข้อมูลที่ส่งไป</translation>
    </message>
    <message>
        <source>Too many tries. Wait a little, then try again.</source>
        <translation>ลองหลายครั้งเกินไป รอสักครู่แล้วลองใหม่</translation>
    </message>
    <message>
        <source>The server could not do it. Try again; if it stays, tell an operator.</source>
        <translation>เซิร์ฟเวอร์ทำไม่สำเร็จ ลองใหม่ หากยังเป็นอยู่ให้แจ้งผู้ปฏิบัติการ</translation>
    </message>
    <message>
        <source>The answer was not understood. Is this an HPC Billing server of this version?</source>
        <translation>อ่านคำตอบไม่เข้าใจ นี่เป็นเซิร์ฟเวอร์ HPC Billing รุ่นเดียวกันหรือไม่</translation>
    </message>
    <message>
        <source>Request %1</source>
        <translation>คำขอ %1</translation>
    </message>
</context>
<context>
    <name>format</name>
    <message>
        <source>the beginning</source>
        <translation>แรกเริ่ม</translation>
    </message>
</context>
<context>
    <name>groups</name>
    <message>
        <source>Day</source>
        <translation>วัน</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>เดือน</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>CPU core-hours</source>
        <translation>CPU คอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>GPU-hours</source>
        <translation>GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>Memory GiB-hours</source>
        <translation>หน่วยความจำ GiB-ชั่วโมง</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::AuditPage</name>
    <message>
        <source>Nothing is on record yet.</source>
        <translation>ยังไม่มีบันทึก</translation>
    </message>
    <message>
        <source>Verify an exported audit log</source>
        <translation>ตรวจสอบบันทึกการตรวจสอบที่ส่งออก</translation>
    </message>
    <message>
        <source>Audit exports (*.jsonl)</source>
        <translation>ไฟล์ส่งออกบันทึกการตรวจสอบ (*.jsonl)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>ทุกไฟล์ (*)</translation>
    </message>
    <message>
        <source>Verifying %1…</source>
        <translation>กำลังตรวจสอบ %1…</translation>
    </message>
    <message>
        <source>Verified %1 of %2 records</source>
        <translation>ตรวจสอบแล้ว %1 จาก %2 รายการ</translation>
    </message>
    <message>
        <source>Verified %1 records</source>
        <translation>ตรวจสอบแล้ว %1 รายการ</translation>
    </message>
    <message>
        <source>The audit log</source>
        <translation>บันทึกการตรวจสอบ</translation>
    </message>
    <message>
        <source>Record %1 was altered.</source>
        <translation>รายการ %1 ถูกแก้ไข</translation>
    </message>
    <message>
        <source>Record %1 does not follow from the record before it.</source>
        <translation>รายการ %1 ไม่ต่อเนื่องจากรายการก่อนหน้า</translation>
    </message>
    <message>
        <source>Record %1 is missing.</source>
        <translation>รายการ %1 หายไป</translation>
    </message>
    <message>
        <source>Record %1 is out of order: repeated, inserted or moved.</source>
        <translation>รายการ %1 ผิดลำดับ: ซ้ำ ถูกแทรก หรือถูกย้าย</translation>
    </message>
    <message>
        <source>A record cannot be read.</source>
        <translation>มีรายการที่อ่านไม่ได้</translation>
    </message>
    <message>
        <source>Line %1.</source>
        <translation>บรรทัด %1</translation>
    </message>
    <message>
        <source>%1 is broken. %2 Good before it: %3 records.</source>
        <translation>%1 เสียหาย %2 ก่อนหน้านั้นถูกต้อง %3 รายการ</translation>
    </message>
    <message>
        <source>Verified %1 records, then the rest could not be read. %2</source>
        <translation>ตรวจสอบแล้ว %1 รายการ ส่วนที่เหลืออ่านไม่ได้ %2</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2</source>
        <translation>อ่าน %1 ไม่ได้: %2</translation>
    </message>
    <message>
        <source>Stopped after %1 good records; the rest is not verified.</source>
        <translation>หยุดหลังพบว่าถูกต้อง %1 รายการ ส่วนที่เหลือยังไม่ได้ตรวจสอบ</translation>
    </message>
    <message>
        <source>%1 has no records: there is nothing to verify.</source>
        <translation>%1 ไม่มีรายการ จึงไม่มีอะไรให้ตรวจสอบ</translation>
    </message>
    <message>
        <source>%1 is whole from record %2 to %3. What comes before is not in it.</source>
        <translation>%1 ครบถ้วนตั้งแต่รายการ %2 ถึง %3 รายการก่อนหน้านั้นไม่อยู่ในไฟล์</translation>
    </message>
    <message>
        <source>%1 is whole up to record %2. Hash of the last: %3…</source>
        <translation>%1 ครบถ้วนถึงรายการ %2 แฮชของรายการสุดท้าย: %3…</translation>
    </message>
    <message>
        <source>verifying the audit log: %1</source>
        <translation>กำลังตรวจสอบบันทึก: %1</translation>
    </message>
    <message>
        <source>audit log not verified yet</source>
        <translation>ยังไม่ได้ตรวจสอบบันทึก</translation>
    </message>
    <message>
        <source>audit log broken at %1</source>
        <translation>บันทึกเสียหายที่รายการ %1</translation>
    </message>
    <message>
        <source>audit log broken</source>
        <translation>บันทึกเสียหาย</translation>
    </message>
    <message>
        <source>audit log whole to %1</source>
        <translation>บันทึกครบถ้วนถึงรายการ %1</translation>
    </message>
    <message>
        <source>audit log verified only to %1</source>
        <translation>ตรวจสอบบันทึกถึงรายการ %1 เท่านั้น</translation>
    </message>
    <message>
        <source>Audit log</source>
        <translation>บันทึกการตรวจสอบ</translation>
    </message>
    <message>
        <source>Verify the chain</source>
        <translation>ตรวจสอบสายโซ่</translation>
    </message>
    <message>
        <source>Fetches every record and checks it on this computer</source>
        <translation>ดึงทุกรายการมาตรวจสอบบนเครื่องนี้</translation>
    </message>
    <message>
        <source>Open file…</source>
        <translation>เปิดไฟล์…</translation>
    </message>
    <message>
        <source>Verifies an exported log, without a server</source>
        <translation>ตรวจสอบบันทึกที่ส่งออก โดยไม่ใช้เซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>หยุด</translation>
    </message>
    <message>
        <source>Progress of the verification</source>
        <translation>ความคืบหน้าของการตรวจสอบ</translation>
    </message>
    <message>
        <source>What is verified of the log</source>
        <translation>ส่วนของบันทึกที่ตรวจสอบแล้ว</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::AuditPane</name>
    <message>
        <source>Audit record</source>
        <translation>รายการบันทึก</translation>
    </message>
    <message>
        <source>Record %1</source>
        <translation>รายการ %1</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>เวลา</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>ผู้ทำ</translation>
    </message>
    <message>
        <source>Of what</source>
        <translation>กระทำต่อ</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>ผล</translation>
    </message>
    <message>
        <source>From</source>
        <translation>จาก</translation>
    </message>
    <message>
        <source>Request</source>
        <translation>คำขอ</translation>
    </message>
    <message>
        <source>Hashes</source>
        <translation>แฮช</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>ก่อนหน้า</translation>
    </message>
    <message>
        <source>Leaf</source>
        <translation>ใบ</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>สายโซ่</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>รายละเอียด</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>สิ่งที่เปลี่ยน</translation>
    </message>
    <message>
        <source>before</source>
        <translation>ก่อน</translation>
    </message>
    <message>
        <source>after</source>
        <translation>หลัง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::Banner</name>
    <message>
        <source>Dismiss the message</source>
        <translation>ปิดข้อความ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::FactsPane</name>
    <message>
        <source>Close the pane</source>
        <translation>ปิดแผง</translation>
    </message>
    <message>
        <source>Close the pane (Esc)</source>
        <translation>ปิดแผง (Esc)</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::JobPane</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>หน่วยความจำ</translation>
    </message>
    <message>
        <source>Job %1</source>
        <translation>งาน %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>สถานะ</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>ค่าใช้จ่าย</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>ใบเสร็จ</translation>
    </message>
    <message>
        <source>not billed yet</source>
        <translation>ยังไม่เรียกเก็บ</translation>
    </message>
    <message>
        <source>User</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>บัญชี</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>คลัสเตอร์</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>พาร์ทิชัน</translation>
    </message>
    <message>
        <source>QOS</source>
        <translation>QOS</translation>
    </message>
    <message>
        <source>Raw id</source>
        <translation>รหัสเดิม</translation>
    </message>
    <message>
        <source>Submitted</source>
        <translation>ส่งเมื่อ</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>เริ่ม</translation>
    </message>
    <message>
        <source>never</source>
        <translation>ไม่เคย</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>สิ้นสุด</translation>
    </message>
    <message>
        <source>still running</source>
        <translation>ยังทำงานอยู่</translation>
    </message>
    <message>
        <source>Elapsed</source>
        <translation>ใช้เวลา</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>จำนวนโหนด</translation>
    </message>
    <message>
        <source>How the price came about</source>
        <translation>ที่มาของราคา</translation>
    </message>
    <message>
        <source>This job is not charged: it has not ended, or it never had nodes.</source>
        <translation>งานนี้ไม่คิดค่าใช้จ่าย เพราะยังไม่สิ้นสุดหรือไม่เคยได้โหนด</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>รวม</translation>
    </message>
    <message>
        <source>Rounded half to even, once</source>
        <translation>ปัดเศษครึ่งเข้าหาเลขคู่ ครั้งเดียว</translation>
    </message>
    <message>
        <source>Tier</source>
        <translation>ระดับ</translation>
    </message>
    <message>
        <source>Why this tier</source>
        <translation>เหตุที่อยู่ระดับนี้</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>อัตรา</translation>
    </message>
    <message>
        <source>In force since</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>Set by</source>
        <translation>กำหนดโดย</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>งาน</translation>
    </message>
    <message>
        <source>the default tier</source>
        <translation>ระดับเริ่มต้น</translation>
    </message>
    <message>
        <source>set for this user</source>
        <translation>กำหนดให้ผู้ใช้นี้</translation>
    </message>
    <message>
        <source>locked by the receipt</source>
        <translation>ล็อกโดยใบเสร็จ</translation>
    </message>
    <message>
        <source>those in force now</source>
        <translation>อัตราที่มีผลอยู่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::LoginForm</name>
    <message>
        <source>This is not the address of a server. Example: https://billing.example.org</source>
        <translation>นี่ไม่ใช่ที่อยู่ของเซิร์ฟเวอร์ ตัวอย่าง: https://billing.example.org</translation>
    </message>
    <message>
        <source>Name and password are both needed.</source>
        <translation>ต้องใส่ทั้งชื่อและรหัสผ่าน</translation>
    </message>
    <message>
        <source>Logging in…</source>
        <translation>กำลังเข้าสู่ระบบ…</translation>
    </message>
    <message>
        <source>Name or password is wrong.</source>
        <translation>ชื่อหรือรหัสผ่านไม่ถูกต้อง</translation>
    </message>
    <message>
        <source>http is not encrypted: others on the network can read the password.</source>
        <translation>http ไม่เข้ารหัส ผู้อื่นในเครือข่ายอาจอ่านรหัสผ่านได้</translation>
    </message>
    <message>
        <source>HPC Billing</source>
        <translation>HPC Billing</translation>
    </message>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
    <message>
        <source>Log in to your site&apos;s billing server.</source>
        <translation>เข้าสู่เซิร์ฟเวอร์คิดค่าบริการของหน่วยงาน</translation>
    </message>
    <message>
        <source>The session has ended. Log in again to go on; nothing that you typed is lost.</source>
        <translation>หมดเวลาเข้าใช้งาน เข้าสู่ระบบอีกครั้งเพื่อทำต่อ สิ่งที่พิมพ์ไว้ไม่หายไป</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>เ&amp;ซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;ชื่อ</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>&amp;รหัสผ่าน</translation>
    </message>
    <message>
        <source>Log in</source>
        <translation>เข้าสู่ระบบ</translation>
    </message>
    <message>
        <source>Server</source>
        <translation>เซิร์ฟเวอร์</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>ชื่อ</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>รหัสผ่าน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::MainWindow</name>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateCard</name>
    <message>
        <source>In force since %1</source>
        <translation>มีผลตั้งแต่ %1</translation>
    </message>
    <message>
        <source>In force since %1, by %2</source>
        <translation>มีผลตั้งแต่ %1 โดย %2</translation>
    </message>
    <message>
        <source>From %1: CPU %2, GPU %3, memory %4</source>
        <translation>ตั้งแต่ %1: CPU %2, GPU %3, หน่วยความจำ %4</translation>
    </message>
    <message>
        <source>Edit…</source>
        <translation>แก้ไข…</translation>
    </message>
    <message>
        <source>Edit the rates of %1</source>
        <translation>แก้ไขอัตราของ %1</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateConflict</name>
    <message>
        <source>Was</source>
        <translation>เดิม</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>ของเขา</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>ของฉัน</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RateEditor</name>
    <message>
        <source>A number of at most six decimals, not negative.</source>
        <translation>ต้องเป็นตัวเลขไม่ติดลบ ทศนิยมไม่เกินหกตำแหน่ง</translation>
    </message>
    <message>
        <source>%1: %2 → %3</source>
        <translation>%1: %2 → %3</translation>
    </message>
    <message>
        <source>Choose for each figure that you both changed.</source>
        <translation>เลือกค่าของแต่ละตัวเลขที่แก้ไขชนกัน</translation>
    </message>
    <message>
        <source>Nothing is changed yet.</source>
        <translation>ยังไม่มีการเปลี่ยนแปลง</translation>
    </message>
    <message>
        <source>A reason is needed to save.</source>
        <translation>ต้องใส่เหตุผลก่อนบันทึก</translation>
    </message>
    <message>
        <source>This is what you had typed before. Discard it to begin anew.</source>
        <translation>นี่คือสิ่งที่พิมพ์ค้างไว้ก่อนหน้านี้ ละทิ้งเพื่อเริ่มใหม่</translation>
    </message>
    <message>
        <source>Rates of %1</source>
        <translation>อัตราของ %1</translation>
    </message>
    <message>
        <source>%1 %2, new figure</source>
        <translation>%1 %2 ค่าใหม่</translation>
    </message>
    <message>
        <source>Only from</source>
        <translation>มีผลเมื่อ</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>มีผลตั้งแต่</translation>
    </message>
    <message>
        <source>&amp;Reason</source>
        <translation>เ&amp;หตุผล</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>เหตุผล</translation>
    </message>
    <message>
        <source>For the audit log and the history</source>
        <translation>สำหรับบันทึกการตรวจสอบและประวัติ</translation>
    </message>
    <message>
        <source>Save rates of %1</source>
        <translation>บันทึกอัตราของ %1</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>ละทิ้ง</translation>
    </message>
    <message>
        <source>%1 changed these rates while you were editing (“%2”). Choose whose figures to keep; nothing is saved yet.</source>
        <translation>%1 เปลี่ยนอัตรานี้ขณะที่คุณกำลังแก้ไข (“%2”) เลือกว่าจะใช้ตัวเลขของใคร ยังไม่มีการบันทึก</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::RatesPage</name>
    <message>
        <source>The rates of %1 are saved.</source>
        <translation>บันทึกอัตราของ %1 แล้ว</translation>
    </message>
    <message>
        <source>There are no tiers yet. The server makes them when it first starts.</source>
        <translation>ยังไม่มีระดับ เซิร์ฟเวอร์จะสร้างให้เมื่อเริ่มครั้งแรก</translation>
    </message>
    <message>
        <source>History of %1</source>
        <translation>ประวัติของ %1</translation>
    </message>
    <message>
        <source>History of rates</source>
        <translation>ประวัติอัตรา</translation>
    </message>
    <message>
        <source>What you typed for %1 is discarded.</source>
        <translation>ละทิ้งสิ่งที่พิมพ์ไว้สำหรับ %1 แล้ว</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>เลิกทำ</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TableView</name>
    <message>
        <source>Copy rows</source>
        <translation>คัดลอกแถว</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::TimeRangeButton</name>
    <message>
        <source>until %1</source>
        <translation>ถึง %1</translation>
    </message>
    <message>
        <source>since %1</source>
        <translation>ตั้งแต่ %1</translation>
    </message>
    <message>
        <source>Time range: %1</source>
        <translation>ช่วงเวลา: %1</translation>
    </message>
    <message>
        <source>The days, in UTC, that all pages look at</source>
        <translation>ช่วงวัน (UTC) ที่ใช้กับทุกหน้า</translation>
    </message>
    <message>
        <source>Other days…</source>
        <translation>ช่วงวันอื่น…</translation>
    </message>
    <message>
        <source>Other days</source>
        <translation>ช่วงวันอื่น</translation>
    </message>
    <message>
        <source>Show these days</source>
        <translation>แสดงช่วงวันนี้</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>ยกเลิก</translation>
    </message>
    <message>
        <source>First day</source>
        <translation>วันแรก</translation>
    </message>
    <message>
        <source>Last day</source>
        <translation>วันสุดท้าย</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsageChart</name>
    <message>
        <source>%1 core-hours</source>
        <translation>%1 คอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>%1 GPU-hours</source>
        <translation>%1 GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>%1 GiB-hours</source>
        <translation>%1 GiB-ชั่วโมง</translation>
    </message>
    <message>
        <source>Chart: %1 by %2</source>
        <translation>แผนภูมิ: %1 ตาม%2</translation>
    </message>
    <message>
        <source>The %1 largest of %2; all are in the table</source>
        <translation>%1 อันดับสูงสุดจาก %2 ทั้งหมดอยู่ในตาราง</translation>
    </message>
    <message>
        <source>No usage yet. It appears here once jobs have been taken in.</source>
        <translation>ยังไม่มีการใช้งาน จะแสดงที่นี่เมื่อรับข้อมูลงานเข้ามาแล้ว</translation>
    </message>
    <message>
        <source>No usage in these days.</source>
        <translation>ไม่มีการใช้งานในช่วงวันนี้</translation>
    </message>
    <message>
        <source>Show all time</source>
        <translation>แสดงทุกช่วงเวลา</translation>
    </message>
    <message>
        <source>&amp;Group by</source>
        <translation>&amp;จัดกลุ่มตาม</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>&amp;วัดเป็น</translation>
    </message>
    <message>
        <source>Group by</source>
        <translation>จัดกลุ่มตาม</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>วัดเป็น</translation>
    </message>
    <message>
        <source>Usage by group</source>
        <translation>การใช้งานตามกลุ่ม</translation>
    </message>
    <message>
        <source>Jobs: %1</source>
        <translation>งาน: %1</translation>
    </message>
    <message>
        <source>Of the filters only the user applies here</source>
        <translation>ในที่นี้ใช้เฉพาะตัวกรองผู้ใช้</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsageFilters</name>
    <message>
        <source>Filter: %1</source>
        <translation>ตัวกรอง: %1</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>ทุกสถานะ</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>ล้างตัวกรอง</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::UsagePage</name>
    <message>
        <source>No job passes these filters.</source>
        <translation>ไม่มีงานที่ตรงกับตัวกรอง</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>ล้างตัวกรอง</translation>
    </message>
    <message>
        <source>No job ended in these days.</source>
        <translation>ไม่มีงานที่สิ้นสุดในช่วงวันนี้</translation>
    </message>
    <message>
        <source>Show all time</source>
        <translation>แสดงทุกช่วงเวลา</translation>
    </message>
    <message>
        <source>No jobs yet. They appear here once they have been taken in.</source>
        <translation>ยังไม่มีงาน จะแสดงที่นี่เมื่อรับข้อมูลเข้ามาแล้ว</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>งาน</translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s)</source>
        <translation>
            <numerusform>%Ln งาน</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln job(s) read; more follow as you scroll</source>
        <translation>
            <numerusform>อ่านแล้ว %Ln งาน เลื่อนลงเพื่ออ่านต่อ</numerusform>
        </translation>
    </message>
    <message>
        <source>jobs of %1 could not be read</source>
        <translation>อ่านงานของ %1 ไม่ได้</translation>
    </message>
    <message>
        <source>jobs read %1</source>
        <translation>อ่านงานเมื่อ %1</translation>
    </message>
    <message numerus="yes">
        <source>jobs %n min old</source>
        <translation>
            <numerusform>ข้อมูลงานเมื่อ %n นาทีก่อน</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>hpcbill::client::ViewState</name>
    <message>
        <source>Try again</source>
        <translation>ลองใหม่</translation>
    </message>
</context>
<context>
    <name>hpcbill::client::Workspace</name>
    <message>
        <source>Your own usage and receipts are on the web pages of this server: %1</source>
        <translation>การใช้งานและใบเสร็จของคุณอยู่ที่หน้าเว็บของเซิร์ฟเวอร์นี้: %1</translation>
    </message>
    <message numerus="yes">
        <source>The server cannot be reached. What you typed is kept; the next try is in %n second(s).</source>
        <translation>
            <numerusform>ติดต่อเซิร์ฟเวอร์ไม่ได้ สิ่งที่พิมพ์ไว้ยังอยู่ จะลองใหม่ใน %n วินาที</numerusform>
        </translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>ลองเดี๋ยวนี้</translation>
    </message>
    <message>
        <source>The session has ended. What you typed is kept.</source>
        <translation>หมดเวลาเข้าใช้งาน สิ่งที่พิมพ์ไว้ยังอยู่</translation>
    </message>
    <message>
        <source>Log in again</source>
        <translation>เข้าสู่ระบบอีกครั้ง</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>ภาษา</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>สี</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>สว่าง</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>มืด</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>ออกจากระบบ</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>ย้อนกลับ</translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>ไปข้างหน้า</translation>
    </message>
    <message>
        <source>Refresh</source>
        <translation>โหลดใหม่</translation>
    </message>
    <message>
        <source>Language, colours, log out</source>
        <translation>ภาษา สี ออกจากระบบ</translation>
    </message>
</context>
<context>
    <name>pages</name>
    <message>
        <source>Usage</source>
        <translation>การใช้งาน</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>อัตรา</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>การตรวจสอบ</translation>
    </message>
</context>
<context>
    <name>ranges</name>
    <message>
        <source>This month</source>
        <translation>เดือนนี้</translation>
    </message>
    <message>
        <source>Last month</source>
        <translation>เดือนที่แล้ว</translation>
    </message>
    <message>
        <source>Last 30 days</source>
        <translation>30 วันล่าสุด</translation>
    </message>
    <message>
        <source>Last 12 months</source>
        <translation>12 เดือนล่าสุด</translation>
    </message>
    <message>
        <source>This year</source>
        <translation>ปีนี้</translation>
    </message>
    <message>
        <source>All time</source>
        <translation>ทุกช่วงเวลา</translation>
    </message>
</context>
<context>
    <name>rates</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>หน่วยความจำ</translation>
    </message>
    <message>
        <source>per core-hour</source>
        <translation>ต่อคอร์-ชั่วโมง</translation>
    </message>
    <message>
        <source>per GPU-hour</source>
        <translation>ต่อ GPU-ชั่วโมง</translation>
    </message>
    <message>
        <source>per GiB-hour</source>
        <translation>ต่อ GiB-ชั่วโมง</translation>
    </message>
</context>
<context>
    <name>roles</name>
    <message>
        <source>user</source>
        <translation>ผู้ใช้</translation>
    </message>
    <message>
        <source>auditor</source>
        <translation>ผู้ตรวจสอบ</translation>
    </message>
    <message>
        <source>operator</source>
        <translation>ผู้ปฏิบัติการ</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>ผู้ดูแลระบบ</translation>
    </message>
</context>
<context>
    <name>states</name>
    <message>
        <source>completed</source>
        <translation>เสร็จสมบูรณ์</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>ล้มเหลว</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>ถูกยกเลิก</translation>
    </message>
    <message>
        <source>timed out</source>
        <translation>หมดเวลา</translation>
    </message>
    <message>
        <source>running</source>
        <translation>กำลังทำงาน</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>รอคิว</translation>
    </message>
    <message>
        <source>node failed</source>
        <translation>โหนดล้มเหลว</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>หน่วยความจำไม่พอ</translation>
    </message>
    <message>
        <source>preempted</source>
        <translation>ถูกแย่งทรัพยากร</translation>
    </message>
    <message>
        <source>requeued</source>
        <translation>เข้าคิวใหม่</translation>
    </message>
</context>
</TS>
